"""Worker: order per key, slots, what is committed, and waiting when full."""

import asyncio
import random
import time

from runtime.broker import Partition
from runtime.worker import COMMIT_EVERY_S, Limits, Worker
from tests.suites.benchwork import FAST, Watched, Work, at_work, fill
from tests.suites.labs import Lab, fresh, until, until_committed


class _Jittery(Work):
    async def __call__(self, record: object) -> None:
        self.seconds = random.uniform(0, 0.02)
        await super().__call__(record)  # type: ignore[arg-type]


async def test_keys_keep_their_order_and_slots_are_respected(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("order"), 3), fresh("g"), _Jittery()
    keys = [random.choice("abcdef") for _ in range(80)]
    await fill(lab, topic, keys)
    async with at_work(Worker(lab.member(group, [topic]), work, Limits(slots=3, ahead=4, poll_s=0.05))):
        await until(lambda: len(work.ended) == 80)
    for key in "abcdef":
        assert work.values(key) == [str(n).encode() for n, k in enumerate(keys) if k == key]
    assert work.most == 3
    ends = {record.partition: record.offset + 1 for record in await lab.records(topic)}
    assert await lab.committed(group, topic) == ends


async def test_only_the_contiguous_prefix_is_committed(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("prefix"), 1), fresh("g"), Work()
    work.gate("slow")
    await fill(lab, topic, ["first", "slow", "b", "c"])
    async with at_work(Worker(lab.member(group, [topic]), work, FAST)):
        await until(lambda: len(work.ended) == 3)
        await until_committed(lab, group, topic, {0: 1})
        await asyncio.sleep(0.4)  # and no more
        assert await lab.committed(group, topic) == {0: 1}
        work.open()
        await until_committed(lab, group, topic, {0: 4})


async def test_a_full_worker_reads_no_more_and_goes_on_when_there_is_room(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("full"), 2), fresh("g"), Work()
    keys = [f"k{n}" for n in range(40)]
    work.gate(*keys)
    await fill(lab, topic, keys)
    consumer = Watched(lab.member(group, [topic]))
    async with at_work(Worker(consumer, work, Limits(slots=2, ahead=2, poll_s=0.05, grace_s=0.5))):
        await until(lambda: len(work.running) == 2)
        await asyncio.sleep(0.5)
        assert sum(consumer.read.values()) == 4  # slots × ahead, not one more
        assert len(work.begun) == 2
        work.open()
        await until(lambda: len(work.ended) == 40)
    assert len(work.begun) == 40
    assert sum(consumer.read.values()) == 40


async def test_of_many_that_are_held_some_end_before_it_polls_again(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("seldom"), 1), fresh("g"), _Jittery()
    await fill(lab, topic, [f"k{n}" for n in range(400)])
    consumer = Watched(lab.member(group, [topic]))
    async with at_work(Worker(consumer, work, Limits(slots=16, ahead=8, poll_s=5.0))):
        await until(lambda: len(work.ended) == 400)
    assert work.most == 16  # and no slot idles for that
    assert consumer.brought < 40, consumer.brought


async def test_a_handler_slower_than_the_poll_interval_keeps_its_place(lab: Lab) -> None:
    """On Kafka the interval is 4 s: a consumer that does not poll for so long would be out."""
    topic, group = await lab.topic(fresh("slow"), 1), fresh("g")
    work = Work(seconds=6.0 if lab.name == "kafka" else 0.3)
    await fill(lab, topic, ["slow"])
    consumer = Watched(lab.member(group, [topic]))
    async with at_work(Worker(consumer, work, Limits(slots=1, ahead=1, poll_s=0.2))):
        await until(lambda: work.begun)
        await until(lambda: work.ended)
        await until(lambda: consumer.commits)
        await asyncio.sleep(0.5)
    assert consumer.commits == [{Partition(topic, 0): 1}]
    assert len(consumer.assigned) == 1
    assert len(work.begun) == 1


async def test_a_cancelled_message_that_nobody_revoked_stops_the_worker(lab: Lab) -> None:
    """A handler whose inner task was cancelled must not leave a lane that stands still for ever."""
    topic, group = await lab.topic(fresh("odd"), 1), fresh("g")

    async def odd(_: object) -> None:
        raise asyncio.CancelledError

    await fill(lab, topic, ["a"])
    worker = Worker(lab.member(group, [topic]), odd, FAST)
    try:
        await asyncio.wait_for(worker.run(), 60)
    except RuntimeError as error:
        assert "not by us" in str(error)
    else:
        raise AssertionError("the worker went on")
    assert await lab.committed(group, topic) == {}


async def test_commits_are_by_time_not_by_record(lab: Lab) -> None:
    """Each is a request to the broker: as many as records cost more than the records' own work."""
    topic, group, work = await lab.topic(fresh("commits"), 1), fresh("g"), Work()
    consumer, began = Watched(lab.member(group, [topic])), time.monotonic()
    async with at_work(Worker(consumer, work, Limits(slots=2, poll_s=0.01))):
        for number in range(25):
            await fill(lab, topic, [f"k{number}"])
            await until(lambda wanted=number: len(work.ended) > wanted)  # type: ignore[misc]
    taken = time.monotonic() - began
    assert len(consumer.commits) <= taken / COMMIT_EVERY_S + 2  # the first, and the one at the end
