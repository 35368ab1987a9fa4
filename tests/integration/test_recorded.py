"""What earlier releases wrote is read by this one: each record on its topic, each of the archive, as a whole view.

`python -m tests.recorded.record` keeps what a release wrote; a set is never changed afterwards.
"""

from pathlib import Path
from typing import Any

import pytest

from cli import topic_restore
from deploy.jsonschemas import FACET_DATA
from runtime.database import Database
from runtime.objects import Bucket, ObjectInfo
from schemas.envelope import Event
from schemas.facet import Facet, facet_object
from schemas.inbox import IngestJob
from schemas.topics import ASSET_INGESTED, INGEST_JOBS, by_name
from services.catalog import dump, rebuild
from services.ingest.handler import Deps, handle
from services.ingest.removals import Guard
from services.ingest.source import Source
from services.ingest.sweep import Drift, Sweep
from services.ingest.waiting import Patience
from tests.fakes.world import World
from tests.recorded.sets import RELEASES, library_of, lines, records


def test_there_is_a_set() -> None:
    assert {"0.1.0", "0.1.0-2"} <= {*RELEASES}


def test_the_newest_set_has_what_people_and_films_make() -> None:
    said = {one["topic"] for one in lines(f"{RELEASES[-1]}.topics.jsonl")}
    assert {"decisions", "facts", "deliveries", "video.jobs", "product.media"} <= said


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
    assert len(found) > 1 and all(source.versions for source in found)


async def taken(release: str, folder: Path) -> tuple[World, Deps]:
    """Today's ingest beside what that release has left: its archive, and the inbox as it was when it took it."""
    world = World(library=await library_of(release))
    for one in lines(f"{release}.library.jsonl"):
        if one["path"].startswith("sources/"):
            (last,) = Source.model_validate(one["value"]).versions
            etag = one["value"]["current"].partition(":")[0]
            info = ObjectInfo(last.file.key, last.file.bytes, etag, last.file.arrived, last.file.version_id)
            world.inbox._objects[info.key] = [(info, b"\0" * info.size)]

    async def unread(*_: object) -> dict[str, Any]:
        raise AssertionError("it was taken by the release before: nothing is to be read again")

    buckets: dict[str, Bucket] = {world.inbox.name: world.inbox}
    return world, Deps(buckets, world.library, folder, unread, unread, lambda *_: None, Patience(5, 600), 10_000)


@pytest.mark.parametrize("release", RELEASES)
async def test_its_jobs_are_done_and_nothing_is_taken_or_said_anew(release: str, tmp_path: Path) -> None:
    """Jobs that the release before had sent, done or not, are read by today's ingest."""
    world, deps = await taken(release, tmp_path)
    before = {info.key: info.etag for info in await world.library.listing("")}
    jobs = [IngestJob.model_validate(data) for data in records(release, INGEST_JOBS.name)]
    assert len(jobs) > 1
    for job in jobs:
        await world.say(handle(job, deps))
    assert world.broker.records(ASSET_INGESTED.name) == []
    assert {info.key: info.etag for info in await world.library.listing("")} == before


@pytest.mark.parametrize("release", RELEASES)
async def test_the_first_sweep_finds_all_in_order(release: str, tmp_path: Path) -> None:
    """It compares what the release before wrote as its own: nothing is told, announced or removed again."""
    world, _ = await taken(release, tmp_path)

    async def passed(group: str) -> dict[int, int]:
        return dict.fromkeys(range(64), 10**6)

    async def idle(_group: str, _topic: str) -> bool:
        return True

    sweep = Sweep(world.inbox, world.library, passed, Guard(), Patience(10, 600), idle=idle)
    assert await sweep.look() == Drift()
    [picture] = [one for one in records(release, ASSET_INGESTED.name) if one["kind"] == "image"]  # a film's come later
    await world.library.delete(facet_object(picture["asset_id"], picture["version"], "tags"))
    assert [job.reason for job in (await sweep.look()).unanswered] == ["tagger"]


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
