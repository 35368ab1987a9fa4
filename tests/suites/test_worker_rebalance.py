"""Worker: members come and go in mid-job. Nothing is lost, nothing is committed too late, order holds."""

import asyncio
import time

import pytest

from runtime.broker import Lost, Partition, Record
from runtime.worker import Limits, Worker
from tests.suites.benchwork import FAST, Watched, Work, at_work, fill
from tests.suites.labs import Lab, fresh, until


async def _keys_of_both_partitions(lab: Lab, topic: str) -> list[str]:
    """Two keys, one in each partition."""
    found: dict[int, str] = {}
    for n in range(40):
        partition, _ = await lab.producer.send(topic, key=f"k{n}".encode(), value=b"")
        found.setdefault(partition, f"k{n}")
        if len(found) == 2:
            return list(found.values())
    raise AssertionError("keys of one partition only")


async def test_a_second_member_takes_over_in_mid_job(lab: Lab) -> None:
    topic, group, one, two = await lab.topic(fresh("join")), fresh("g"), Work(), Work()
    keys = await _keys_of_both_partitions(lab, topic)
    one.gate(*keys)
    limits = Limits(slots=4, ahead=20, grace_s=0.5, poll_s=0.05)
    first = Watched(lab.member(group, [topic]))
    async with at_work(Worker(first, one, limits)):
        await until(lambda: len(one.running) == 2)
        held = {record.key for record in one.running}
        began = time.monotonic()
        async with at_work(Worker(lab.member(group, [topic]), two, limits)):
            await until(lambda: len(one.cancelled) == 2)
            took = time.monotonic() - began
            one.open()
            await until(lambda: {r.key for r in one.ended + two.ended} >= held)
            await until(lambda: two.ended)
            await asyncio.sleep(0.5)
    assert took < 20  # heartbeat every 1.5 s on Kafka, and 0.5 s of grace; the gates open only after
    done = [(r.partition, r.offset) for r in one.ended + two.ended]
    assert set(done) == {(r.partition, r.offset) for r in await lab.records(topic)}
    jobs = {(r.partition, r.offset) for r in one.cancelled}
    assert [done.count(job) for job in jobs] == [1, 1]  # those behind them were not committed, and may be done again
    ends = {record.partition: record.offset + 1 for record in await lab.records(topic)}
    assert await lab.committed(group, topic) == ends


async def test_what_ends_within_the_grace_is_committed_and_not_done_again(lab: Lab) -> None:
    topic, group, one, two = await lab.topic(fresh("grace"), 1), fresh("g"), Work(seconds=3.0), Work()
    await fill(lab, topic, ["job"])
    limits = Limits(slots=1, ahead=1, grace_s=10, poll_s=0.05)
    async with at_work(Worker(lab.member(group, [topic]), one, limits)):
        await until(lambda: one.running)
        async with at_work(Worker(lab.member(group, [topic]), two, limits)):
            await until(lambda: one.ended)
            await asyncio.sleep(1.0)
    assert len(one.begun) + len(two.begun) == 1
    assert await lab.committed(group, topic) == {0: 1}


async def test_a_message_that_has_not_begun_is_dropped_at_once(lab: Lab) -> None:
    """It would begin only to be cancelled; its next owner does it."""
    topic, group, one, two = await lab.topic(fresh("drop"), 1), fresh("g"), Work(), Work()
    one.gate("a")
    await fill(lab, topic, ["a", "b"])
    limits = Limits(slots=1, ahead=4, grace_s=0.5, poll_s=0.05)
    async with at_work(Worker(lab.member(group, [topic]), one, limits)):
        await until(lambda: one.running)
        async with at_work(Worker(lab.member(group, [topic]), two, limits)):
            await until(lambda: one.cancelled)
            one.open()
            await until(lambda: len(one.ended + two.ended) == 2)
    assert [r.key for r in one.cancelled] == [b"a"]
    assert sorted(r.key or b"" for r in one.ended + two.ended) == [b"a", b"b"]


async def test_a_late_commit_is_refused(lab: Lab) -> None:
    topic, group = await lab.topic(fresh("late")), fresh("g")
    await fill(lab, topic, [f"k{n}" for n in range(20)])

    async def nothing(_: set[Partition]) -> None:
        return None

    first, second = lab.member(group, [topic]), lab.member(group, [topic])
    await first.start(nothing, nothing)
    mine: list[Record] = []
    while {record.partition for record in mine} != {0, 1}:
        mine += await first.poll(100, 1.0)
    await second.start(nothing, nothing)
    end = time.monotonic() + 20
    while len(first.assignment()) != 1 and time.monotonic() < end:
        await asyncio.sleep(0.05)
        await second.poll(1, 0.01)
    (gone,) = {Partition(topic, 0), Partition(topic, 1)} - first.assignment()
    with pytest.raises(Lost):
        await first.commit({gone: 1})
    assert gone.number not in await lab.committed(group, topic)
    await first.stop()
    await second.stop()


async def test_members_that_come_and_go_lose_nothing(lab: Lab) -> None:
    """Records that a poll brings while partitions change hands must neither be skipped nor done out of turn."""
    topic, group, work = await lab.topic(fresh("come-and-go"), 6), fresh("g"), Work(seconds=0.005)
    keys = [f"k{n % 15}" for n in range(300)]

    async def member(seconds: float) -> None:
        async with at_work(Worker(lab.member(group, [topic]), work, FAST)):
            await asyncio.sleep(seconds)

    async with at_work(Worker(lab.member(group, [topic]), work, FAST)):
        guests = asyncio.gather(member(1.0), member(2.0))
        await fill(lab, topic, keys)
        await guests
        await member(0.7)
        await until(lambda: len({(r.partition, r.offset) for r in work.ended}) == 300, 30)
        await asyncio.sleep(0.3)
    for key in set(keys):
        firsts = list(dict.fromkeys(work.values(key)))
        assert firsts == [str(n).encode() for n, k in enumerate(keys) if k == key]
    ends = {record.partition: record.offset + 1 for record in await lab.records(topic)}
    assert await lab.committed(group, topic) == ends
