"""Worker: one folder's flood does not hold up another's few, nothing is done twice by it, and nothing is lost."""

from collections import Counter

from runtime.broker import Record
from runtime.overtake import Overtaking
from runtime.worker import Limits, Worker
from tests.suites.benchwork import Work, at_work, fill
from tests.suites.labs import Lab, fresh, until

FLOOD = 300
LIMITS = Limits(slots=2, ahead=4, poll_s=0.05, grace_s=0.5)


def folder(record: Record) -> str | None:
    """`flood/7` is of the folder `flood`; `order/1` must keep its place."""
    name = (record.key or b"").decode().partition("/")[0]
    return name if name != "order" else None


def overtaking(lab: Lab, share: int = 64) -> Overtaking:
    return Overtaking(lab.reader, folder, far=20, share=share, look_s=0.05)


async def test_a_few_overtake_a_flood_and_all_is_done_once(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("flood"), 2), fresh("g"), Work(seconds=0.02)
    few = [f"few/{n}" for n in range(5)]
    await fill(lab, topic, [*(f"flood/{n}" for n in range(FLOOD)), *few, "order/1"])
    worker = Worker(lab.member(group, [topic]), work, LIMITS, overtaking=overtaking(lab))
    async with at_work(worker):
        await until(lambda: len(work.ended) == FLOOD + 6)
        await until(lambda: not worker.running)
    keys = [(record.key or b"").decode() for record in work.ended]
    assert max(Counter(keys).values()) == 1
    assert all(keys.index(one) < FLOOD // 2 for one in few), [keys.index(one) for one in few]
    assert keys.index("order/1") > FLOOD // 2
    ends = {record.partition: record.offset + 1 for record in await lab.records(topic)}
    assert await lab.committed(group, topic) == ends


async def test_what_overtook_is_not_committed_before_its_place(lab: Lab) -> None:
    """A worker that ends then leaves everything to the next: what overtook is done once more."""
    topic, group, work = await lab.topic(fresh("flood"), 1), fresh("g"), Work()
    flood = [f"flood/{n}" for n in range(40)]
    work.gate(*flood)
    await fill(lab, topic, [*flood, "few/1"])
    async with at_work(Worker(lab.member(group, [topic]), work, LIMITS, overtaking=overtaking(lab))) as worker:
        await until(lambda: worker.ahead == 1 and len(work.running) == 2)
        work.open(*((record.key or b"").decode() for record in work.running))  # a slot for each of the two queues
        await until(lambda: b"few/1" in [record.key for record in work.ended])
    assert (await lab.committed(group, topic)).get(0, 0) <= 2
    work.open()
    async with at_work(Worker(lab.member(group, [topic]), work, LIMITS)):
        await until(lambda: {record.key for record in work.ended} >= {one.encode() for one in flood})
        await until(lambda: Counter(record.key for record in work.ended)[b"few/1"] == 2)


async def test_more_than_a_share_have_their_turn_in_rounds(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("flood"), 2), fresh("g"), Work(seconds=0.02)
    few = [f"few/{n}" for n in range(12)]
    await fill(lab, topic, [*(f"flood/{n}" for n in range(FLOOD)), *few])
    async with at_work(Worker(lab.member(group, [topic]), work, LIMITS, overtaking=overtaking(lab, share=4))):
        await until(lambda: len(work.ended) == FLOOD + 12)
    keys = [(record.key or b"").decode() for record in work.ended]
    assert all(keys.index(one) < FLOOD - 50 for one in few), [keys.index(one) for one in few]
