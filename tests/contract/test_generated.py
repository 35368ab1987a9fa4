"""What is generated from the contracts is up to date, described, and hangs together."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.contracts import JSONSCHEMA, generated
from deploy.jsonschemas import models
from schemas.base import Contract
from schemas.topics import TOPICS, dead_letters

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("file", generated(), ids=lambda file: str(file.relative_to(CHECKOUT)))
def test_a_generated_file_is_up_to_date(file: Path) -> None:
    assert file.exists(), "run `make contracts`"
    assert file.read_text() == generated()[file], "run `make contracts`"


def test_no_generated_schema_is_left_over() -> None:
    assert set(JSONSCHEMA.glob("*")) == {file for file in generated() if file.parent == JSONSCHEMA}


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_field_says_what_it_is(model: type[Contract]) -> None:
    assert model.__doc__
    silent = [name for name, field in model.model_fields.items() if not field.description]
    assert not silent


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_required_word_or_number_has_an_example(model: type[Contract]) -> None:
    """A name like `key` or `kind` explains itself by an example; times and nested models need none."""
    required = {name: field for name, field in model.model_fields.items() if field.is_required()}
    plain = [name for name, field in required.items() if field.annotation in (str, int, float)]
    without = [name for name in plain if not required[name].examples]
    assert without == []


def _refs(node: object) -> list[str]:
    if isinstance(node, dict):
        return [node["$ref"]] if "$ref" in node else [ref for value in node.values() for ref in _refs(value)]
    return [ref for item in node for ref in _refs(item)] if isinstance(node, list) else []


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    file = CHECKOUT / "schemas" / "asyncapi.yaml"
    document: dict[str, Any] = yaml.safe_load(file.read_text())
    assert document["asyncapi"] == "3.0.0"
    assert list(document["channels"]) == [topic.name for topic in TOPICS]
    for ref in _refs(document):
        if ref.startswith("#/"):
            found: Any = document
            for step in ref.removeprefix("#/").split("/"):
                found = found[step]
        else:
            assert (file.parent / ref).exists(), ref


def test_every_way_of_the_table_is_an_operation() -> None:
    document: dict[str, Any] = yaml.safe_load((CHECKOUT / "schemas" / "asyncapi.yaml").read_text())
    ways = {(o["tags"][0]["name"], o["action"], o["channel"]["$ref"]) for o in document["operations"].values()}
    for topic in TOPICS:
        assert {s for s, action, at in ways if at == f"#/channels/{topic.name}" and action == "send"} == set(
            topic.producers
        )
        assert {s for s, action, at in ways if at == f"#/channels/{topic.name}" and action == "receive"} == set(
            topic.consumers
        )


def test_the_page_names_every_topic_and_every_dead_letter_topic() -> None:
    page = (CHECKOUT / "docs" / "topics.md").read_text()
    for name in [topic.name for topic in TOPICS] + [name for name, _ in dead_letters()]:
        assert f"`{name}`" in page
