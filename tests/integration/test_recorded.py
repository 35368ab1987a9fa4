"""What earlier releases wrote is read by this one: each record on its topic, each of the archive, as a whole view.

`python -m tests.recorded.record` keeps what a release wrote; a set is never changed afterwards.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from cli import topic_restore
from deploy.jsonschemas import FACET_DATA
from runtime.database import Database
from runtime.memory_store import MemoryBucket
from schemas.envelope import Event
from schemas.facet import Facet
from schemas.topics import by_name
from services.catalog import dump, rebuild
from services.ingest.source import Source

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
RELEASES = sorted(file.name.removesuffix(".topics.jsonl") for file in RECORDED.glob("*.topics.jsonl"))


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (RECORDED / name).read_text().splitlines()]


async def library_of(release: str) -> MemoryBucket:
    library = MemoryBucket("library")
    for one in lines(f"{release}.library.jsonl"):
        await library.put(one["path"], json.dumps(one["value"]).encode())
    return library


def test_there_is_a_set() -> None:
    assert "0.1.0" in RELEASES


@pytest.mark.parametrize("release", RELEASES)
def test_every_record_is_read(release: str) -> None:
    for one in lines(f"{release}.topics.jsonl"):
        topic = by_name(one["topic"])
        event = Event.model_validate(one["value"])
        message = topic.model.model_validate(event.data)
        if topic.compacted:
            assert event.subject == one["key"]
        if isinstance(message, Facet) and message.status == "done" and message.facet in FACET_DATA:
            FACET_DATA[message.facet].model_validate(message.data)


@pytest.mark.parametrize("release", RELEASES)
def test_the_archive_holds_what_was_said_last(release: str) -> None:
    """So a Kafka that is lost after the upgrade comes back, too."""
    said = {(one["topic"], one["key"]): one["value"]["data"] for one in lines(f"{release}.topics.jsonl")}
    last = [by_name(name).model.model_validate(data) for (name, _), data in said.items() if by_name(name).compacted]
    archived = [
        topic.model.model_validate(one["value"])
        for one in lines(f"{release}.library.jsonl")
        for folder, topic in topic_restore.ARCHIVE.items()
        if one["path"].startswith(folder)
    ]
    assert len(archived) == len(last) > 10
    assert [record for record in last if record not in archived] == []


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_known_of_each_source_is_read(release: str) -> None:
    found = [
        Source.model_validate(x["value"]) for x in lines(f"{release}.library.jsonl") if x["path"].startswith("sources/")
    ]
    assert len(found) == 2 and all(source.versions for source in found)


@pytest.mark.broker
@pytest.mark.parametrize("release", RELEASES)
async def test_the_catalogue_is_filled_from_it(release: str, postgres: str) -> None:
    database = Database(postgres)
    try:
        count = await rebuild.from_bucket(database, await library_of(release), {}, {})
        text = "\n".join([line async for line in dump.lines(database)])
    finally:
        await database.close()
    paths = [one["path"] for one in lines(f"{release}.library.jsonl")]
    assert count == len([path for path in paths if path.startswith(tuple(rebuild.ARCHIVE))])
    for word in ("autumn/TRAINER-RED_front.jpg", "autumn/broken.jpg", "TRAINER-RED"):
        assert word in text
