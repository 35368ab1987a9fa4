"""Every topic has examples; each is what the model and the published JSON Schema say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from deploy.contracts import JSONSCHEMA
from deploy.jsonschemas import FACET_DATA, file_name, models
from schemas.base import Contract
from schemas.envelope import Event
from schemas.facet import Facet
from schemas.topics import MAX_RECORD_BYTES, TOPICS, Topic, by_name

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
FILES = sorted(EXAMPLES.glob("*/v1/*.json"))


def _valid(data: object, model: type[Contract]) -> None:
    schema = json.loads((JSONSCHEMA / file_name(model)).read_text())
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    checker.validate(data)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_topic_has_an_example(topic: Topic) -> None:
    assert list((EXAMPLES / topic.name / "v1").glob("*.json"))


def test_every_folder_of_examples_is_a_topic() -> None:
    assert {folder.name for folder in EXAMPLES.iterdir()} == {topic.name for topic in TOPICS}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}/{file.stem}")
def test_an_example_is_valid(file: Path) -> None:
    topic, body = by_name(file.parts[-3]), json.loads(file.read_text())
    assert len(json.dumps(body).encode()) <= MAX_RECORD_BYTES
    data: dict[str, Any] = body
    if not topic.bare:
        _valid(body, Event)
        event = Event.model_validate(body)
        assert event.type == f"packshot.{topic.name}.v1"
        assert event.dataschema == f"{topic.model.__name__}.v1"
        data = event.data
    _valid(data, topic.model)
    message = topic.model.model_validate(data)
    assert data.keys() <= topic.model.model_fields.keys()  # a misspelt field would be ignored
    if not topic.bare and (key := getattr(message, "key", None)) and topic.compacted:
        assert body["subject"] == key


@pytest.mark.parametrize("facet", FACET_DATA)
def test_every_facet_has_an_example_whose_data_is_valid(facet: str) -> None:
    bodies = [json.loads(file.read_text())["data"] for file in FILES if file.parts[-3] == "asset.metadata"]
    found = [Facet.model_validate(body) for body in bodies if body["facet"] == facet and body["status"] == "done"]
    assert found
    for example in found:
        _valid(example.data, FACET_DATA[facet])
        FACET_DATA[facet].model_validate(example.data)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}/{file.stem}")
def test_readers_ignore_what_they_do_not_know(file: Path) -> None:
    topic, body = by_name(file.parts[-3]), json.loads(file.read_text())
    data = body if topic.bare else body["data"]
    assert topic.model.model_validate(data | {"of_a_newer_release": 1}) == topic.model.model_validate(data)
    _valid(data | {"of_a_newer_release": 1}, topic.model)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}/{file.stem}")
def test_only_keys_travel(file: Path) -> None:
    """No path of a machine, no bytes of a file: whatever is longer is an object that a key names."""
    body = json.loads(file.read_text())
    for text in _texts(body if by_name(file.parts[-3]).bare else body["data"]):
        assert not text.startswith(("/", "file:", "data:")), text
        assert len(text) <= 4096, text[:80]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_no_contract_has_room_for_bytes(model: type[Contract]) -> None:
    found = json.dumps(json.loads((JSONSCHEMA / file_name(model)).read_text()))
    assert '"format": "binary"' not in found
    assert "contentEncoding" not in found
