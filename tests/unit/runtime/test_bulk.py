"""Bulk jobs: sent with their id, counted by offsets, paused, gone on with and cancelled."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from runtime.broker import Partition, Record
from runtime.bulk import BulkJob, Gate, Jobs, job_of, standing, standings
from runtime.deadletter import meant_for
from runtime.memory_broker import MemoryBroker, MemoryProducer
from runtime.memory_store import MemoryBucket
from runtime.publisher import Outgoing, Publisher
from schemas.topics import ASSET_RERUN
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.suites.labs import until


class Bulk:
    """A library, a broker, and a group that has finished so many records of each partition."""

    def __init__(self) -> None:
        self.library, self.broker = MemoryBucket("library"), MemoryBroker()
        self.jobs, self.publisher = Jobs(self.library), Publisher(MemoryProducer(self.broker), "test")
        self.committed: dict[int, int] = {}

    async def send(self, count: int = 20) -> BulkJob:
        event = await ingested(World())
        outs = [Outgoing(ASSET_RERUN, f"asset-{number}", event) for number in range(count)]
        job = await self.jobs.send(self.publisher, "presets", "render", outs)
        assert job
        return job

    async def offsets(self, group: str, topic: str) -> Mapping[int, int]:
        assert (group, topic) == ("render", ASSET_RERUN.name)
        return self.committed

    def records(self) -> list[Record]:
        return self.broker.records(ASSET_RERUN.name)


async def test_a_job_is_counted_between_its_first_and_last_record() -> None:
    world = Bulk()
    first, second = await world.send(20), await world.send(40)
    ends = {at: len(world.broker.logs[Partition(ASSET_RERUN.name, at)]) for at in range(world.broker.partitions)}
    assert {job_of(record) for record in world.records()} == {first.id, second.id}
    for committed, done in (({}, [0, 0]), (first.ends, [20, 0]), (ends, [20, 40])):
        world.committed = dict(committed)
        found = await standings([first, second], world.offsets, first.began + 10)
        assert [one.done for one in found] == done
    assert [one.state for one in found] == ["done", "done"]
    assert [one.id for one in await world.jobs.all()] == [second.id, first.id]


def test_what_is_left_goes_by_the_pace_since_it_last_began() -> None:
    job = BulkJob(
        id="1", what="x", group="g", topic="t", total=100, began=0, state="running", begins={0: 50}, ends={0: 150},
        since=1000, then=20,
    )  # fmt: skip
    found = standing(job, {0: 90}, 1010.0)
    assert found.done == 40
    assert found.left_s == pytest.approx(30.0), "20 in 10 s, 60 left"
    assert standing(job.model_copy(update={"state": "paused"}), {0: 90}, 1010.0).left_s is None
    assert standing(job, {0: 70}, 1010.0).left_s is None, "it does not move: nobody knows"
    assert standing(job, {0: 9000}, 1010.0).state == "done"


async def test_what_is_one_groups_alone_the_others_pass_over() -> None:
    world, event = Bulk(), await ingested(World())
    await world.jobs.send(world.publisher, "presets", "render", [Outgoing(ASSET_RERUN, "a", event)], alone=True)
    await world.jobs.send(world.publisher, "retag", "tagger", [Outgoing(ASSET_RERUN, "a", event)])
    alone, shared = world.records()
    assert [meant_for(alone, group) for group in ("render", "tagger")] == [True, False]
    assert [meant_for(shared, group) for group in ("render", "tagger")] == [True, True]


async def test_nothing_to_do_is_no_job() -> None:
    world = Bulk()
    assert await world.jobs.send(world.publisher, "presets", "render", []) is None
    assert await world.jobs.all() == []


async def test_a_paused_job_waits_and_goes_on() -> None:
    world, gate_ended = Bulk(), asyncio.Event()
    job = await world.send()
    gate, record = Gate(world.library, look_s=0.01), world.records()[0]
    await asyncio.wait_for(gate.its_turn(record), 5)
    await world.jobs.turn(job.id, "paused", world.offsets)
    await asyncio.sleep(0.02)

    async def waits() -> None:
        await gate.its_turn(record)
        gate_ended.set()

    task = asyncio.create_task(waits())
    await asyncio.wait_for(gate.its_turn(replace(record, headers=())), 5)  # what is of no job does not wait
    await asyncio.sleep(0.1)
    assert not gate_ended.is_set()
    await world.jobs.turn(job.id, "running", world.offsets)
    await asyncio.wait_for(task, 30)


async def test_a_cancelled_job_is_passed_over_for_good() -> None:
    world = Bulk()
    job, other = await world.send(), await world.send(1)
    await world.jobs.turn(job.id, "cancelled", world.offsets)
    gate = Gate(world.library, look_s=0.01)
    concerns, its_turn = gate.beside([ASSET_RERUN.name], lambda _: True, None)
    records = world.records()
    own = next(record for record in records if job_of(record) == job.id)
    assert concerns(own), "nobody has looked yet"
    await its_turn(own)
    assert {job_of(record) for record in records if concerns(record)} == {other.id}
    assert concerns(replace(own, topic="another"))
    for to in ("running", "paused"):
        with pytest.raises(KeyError):
            await world.jobs.turn(job.id, to, world.offsets)
    with pytest.raises(KeyError):
        await world.jobs.turn("none", "paused", world.offsets)


async def test_a_job_that_is_paused_while_it_is_sent_stays_so() -> None:
    world, sent = Bulk(), asyncio.Event()

    class Slow(MemoryProducer):
        async def send(self, *args: object, **named: object) -> tuple[int, int]:
            await sent.wait()
            return await super().send(*args, **named)  # type: ignore[arg-type]

    world.publisher = Publisher(Slow(world.broker), "test")
    sending = asyncio.create_task(world.send())
    while not await world.jobs.all():  # noqa: ASYNC110 - the other task runs meanwhile
        await asyncio.sleep(0)
    jobs = await world.jobs.all()
    assert jobs[0].state == "sending"
    await world.jobs.turn(jobs[0].id, "paused", world.offsets)
    sent.set()
    job = await sending
    assert job.state == "paused"
    assert job.ends
    await until(lambda: len(world.records()) == 20)
