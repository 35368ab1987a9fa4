"""Our own error at one file: said, noted, and not come back to until somebody asks, or something new lies there."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runtime.deadletter import DeadLetterLimit, DeadLetters
from runtime.deliver import Delivery, Step, decoder
from schemas.facet import Facet
from schemas.inbox import IngestJob
from schemas.topics import ASSET_METADATA, INGEST_JOBS
from services.ingest.failing import on_failure
from services.ingest.handler import handle
from services.ingest.intake import job_event
from services.ingest.removals import Guard
from services.ingest.sweep import Drift, Sweep
from tests.unit.ingest.conftest import Ingest, jpeg, tiff

A = "shoot/a.jpg"


class Odd(Ingest):
    """Our own error at what holds the word."""

    async def _probe(self, path: Path, sidecar: bool) -> dict[str, Any]:
        if b"odd" in path.read_bytes():
            raise RuntimeError("no such case")
        return await super()._probe(path, sidecar)


@pytest.fixture
def odd(ingest: Ingest) -> Odd:
    return Odd(ingest.world, ingest.spool)


async def nobody(group: str) -> Mapping[int, int]:
    return {}


async def deliver(odd: Odd, *jobs: IngestJob) -> int:
    """As the worker does; returns how many were buried."""
    deps, world = odd.deps(), odd.world
    step = Step(decoder(IngestJob), partial(handle, deps=deps), partial(on_failure, deps=deps))
    dead = DeadLetters(world.publisher, "ingest")
    delivery = Delivery(step, world.emit, dead, DeadLetterLimit(), "ingest", 1)
    before = len(world.broker.records("ingest.jobs.ingest.dlq"))
    for number, job in enumerate(jobs):
        known = len(world.broker.records(INGEST_JOBS.name))
        await world.publisher.publish(job_event(job, (number, known)))
        await delivery(world.broker.records(INGEST_JOBS.name)[-1])
    return len(world.broker.records("ingest.jobs.ingest.dlq")) - before


async def drop(odd: Odd, key: str, body: bytes) -> int:
    await odd.world.inbox.put(key, body)
    return await deliver(odd, IngestJob(bucket="inbox", key=key))


async def look(odd: Odd) -> Drift:
    return await Sweep(odd.world.inbox, odd.world.library, nobody, Guard()).look()


def files(odd: Odd) -> list[tuple[int, str]]:
    return [(one.version, one.status) for one in odd.world.last().values() if one.facet == "file"]


async def test_one_bad_file_is_said_and_left_alone(odd: Odd) -> None:
    assert await drop(odd, A, jpeg("odd")) == 1
    (facet,) = odd.world.said(ASSET_METADATA, Facet)
    assert (facet.facet, facet.status, facet.version, facet.data["key"]) == ("file", "failed", 1, A)
    assert facet.cause == "Our own error: RuntimeError: no such case"
    assert facet.cure
    assert await look(odd) == Drift()
    odd.world.later(6 * 3600)
    assert [hint.key for hint in (await look(odd)).missed] == [A]


async def test_a_retry_takes_it_and_the_asset_is_the_same(odd: Odd) -> None:
    await drop(odd, A, jpeg("odd"))
    mended = Ingest(odd.world, odd.spool)
    await mended.job(A)
    assert files(odd) == [(1, "done")]
    assert (await mended.source(A)).failed == []
    assert len(mended.announced) == 1
    assert await look(odd) == Drift()


async def test_a_new_drop_is_taken_over_what_failed(odd: Odd) -> None:
    await drop(odd, A, jpeg("odd"))
    assert await drop(odd, A, jpeg("fine")) == 0
    assert files(odd) == [(1, "done")]
    assert await look(odd) == Drift()


async def test_a_version_that_fails_is_said_beside_the_one_that_stands(odd: Odd) -> None:
    await drop(odd, A, jpeg("fine"))
    assert await drop(odd, A, jpeg("odd")) == 1
    assert files(odd) == [(1, "done"), (2, "failed")]
    assert await look(odd) == Drift()
    assert await drop(odd, A, jpeg("fine again")) == 0
    assert files(odd) == [(1, "done"), (2, "done")]


async def test_a_new_drop_that_no_hint_told_is_missed(odd: Odd) -> None:
    await drop(odd, A, jpeg("odd"))
    await odd.world.inbox.put(A, jpeg("fine"))
    assert [hint.key for hint in (await look(odd)).missed] == [A]


async def test_a_master_that_fails_does_not_hold_its_companion(odd: Odd) -> None:
    await odd.world.inbox.put("shoot/a.tif", tiff("odd"))
    await odd.world.inbox.put(A, jpeg("fine"))
    job = IngestJob(bucket="inbox", key=A)
    assert await deliver(odd, job) == 1
    assert [hint.key for hint in (await look(odd)).missed] == [A]
    assert await deliver(odd, job) == 0
    assert await look(odd) == Drift()


async def test_what_fails_when_it_is_said_is_left_alone_too(odd: Odd, monkeypatch: pytest.MonkeyPatch) -> None:
    def announcement(*_: object) -> None:
        raise RuntimeError("no such case")

    monkeypatch.setattr("services.ingest.handler.announcement", announcement)
    assert await drop(odd, A, jpeg("fine")) == 1
    assert await look(odd) == Drift()
    odd.world.later(6 * 3600)
    (job,) = (await look(odd)).unanswered
    monkeypatch.undo()
    assert await deliver(odd, job) == 0
    assert len(odd.announced) == 1
    assert await look(odd) == Drift()


async def test_a_side_car_that_fails_is_left_alone(odd: Odd) -> None:
    await drop(odd, A, jpeg("fine"))
    assert await drop(odd, "shoot/a.xmp", b"odd") == 1
    (hint,) = (await look(odd)).missed
    assert await deliver(odd, IngestJob(bucket="inbox", key=hint.key)) == 1
    assert await look(odd) == Drift()
