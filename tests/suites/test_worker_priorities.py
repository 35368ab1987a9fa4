"""Worker: bulk work gets idle slots only, and large inputs never take the last slot."""

import asyncio

from runtime.broker import Record
from runtime.worker import Limits, Worker
from tests.suites.benchwork import Watched, Work, at_work, fill
from tests.suites.labs import Lab, fresh, until, until_committed


async def test_new_work_goes_before_bulk_work(lab: Lab) -> None:
    new, bulk, group, work = await lab.topic(fresh("new")), await lab.topic(fresh("bulk")), fresh("g"), Work()
    work.gate(*[f"b{n}" for n in range(20)])
    await fill(lab, bulk, [f"b{n}" for n in range(20)])
    consumer = Watched(lab.member(group, [new, bulk]))
    limits = Limits(slots=2, ahead=4, poll_s=0.05, grace_s=0.5, bulk=frozenset({bulk}), bulk_slots=2)
    async with at_work(Worker(consumer, work, limits)):
        await until(lambda: len(work.running) == 2)  # nothing else to do: bulk work has all that are its own
        await fill(lab, new, [f"n{n}" for n in range(4)])
        await until(lambda: sum(n for place, n in consumer.read.items() if place.topic == new) == 4)
        work.open(*((record.key or b"").decode() for record in work.begun if record.topic == bulk))
        await until(lambda: len([r for r in work.ended if r.topic == new]) == 4)
        assert {record.topic for record in work.begun[2:6]} == {new}
        work.open()
        await until(lambda: len(work.ended) == 24)


async def test_new_work_does_not_wait_for_bulk_work_to_end(lab: Lab) -> None:
    new, bulk, group, work = await lab.topic(fresh("new")), await lab.topic(fresh("bulk")), fresh("g"), Work()
    work.gate("b")
    await fill(lab, bulk, ["b", "c"])
    limits = Limits(slots=1, ahead=4, poll_s=0.05, grace_s=0.5, bulk=frozenset({bulk}))
    async with at_work(Worker(lab.member(group, [new, bulk]), work, limits)):
        await until(lambda: work.running)
        await fill(lab, new, ["n1", "n2", "n3"])
        await until(lambda: len(work.ended) == 3)
        assert {record.topic for record in work.ended} == {new}
        work.open()
        await until(lambda: len(work.ended) == 5)


async def test_a_slot_is_kept_for_small_inputs(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("large"), 1), fresh("g"), Work()
    large = [f"large{n}" for n in range(4)]
    work.gate(*large)

    def weigh(record: Record) -> int:
        return 100 if (record.key or b"").startswith(b"large") else 1

    await fill(lab, topic, [*large, "small1", "small2"])
    limits = Limits(slots=3, ahead=4, poll_s=0.05, large_bytes=50)
    async with at_work(Worker(lab.member(group, [topic]), work, limits, weigh=weigh)):
        await until(lambda: len(work.ended) == 2)
        assert [record.key for record in work.ended] == [b"small1", b"small2"]
        assert len(work.running) == 2
        work.open()
        await until(lambda: len(work.ended) == 6)


async def test_what_is_not_ready_holds_no_slot(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("ready"), 1), fresh("g"), Work()
    there = asyncio.Event()

    async def ready(record: Record) -> None:
        if record.key == b"early":
            await there.wait()

    await fill(lab, topic, ["early", "a", "b"])
    async with at_work(Worker(lab.member(group, [topic]), work, Limits(slots=1, poll_s=0.05), ready=ready)):
        await until(lambda: [record.key for record in work.ended] == [b"a", b"b"])
        there.set()
        await until(lambda: len(work.ended) == 3)
    assert await lab.committed(group, topic) == {0: 3}


async def test_a_record_that_cannot_be_weighed_is_still_done(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("weight"), 1), fresh("g"), Work()

    def weigh(record: Record) -> int:
        raise ValueError("no JSON")

    await fill(lab, topic, ["a"])
    async with at_work(Worker(lab.member(group, [topic]), work, Limits(poll_s=0.05), weigh=weigh)):
        await until_committed(lab, group, topic, {0: 1})
