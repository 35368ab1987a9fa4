"""Many dead letters are a job: sent some at a time while their group is idle, paused, cancelled, and taken up again."""

import asyncio

import pytest

from runtime import resending
from runtime.bulk import BulkJob, Jobs, standing
from runtime.buried import Buried, NotReplayable
from runtime.memory_broker import MemoryBroker
from runtime.memory_store import MemoryBucket
from runtime.resending import SOME, Resending, as_job
from tests.fakes.shelf import MemoryShelf
from tests.suites.labs import until

LETTERS, FEW = "asset.ingested.render.dlq", 10
HEADERS = [("packshot-dlq-group", b"render"), ("packshot-dlq-partition", b"3")]
COUNT = 2 * SOME + 3


class Copy:
    """Letters that lie there, and the process that sends them."""

    def __init__(self) -> None:
        self.broker, self.library, self.waiting = MemoryBroker(), MemoryBucket("library"), 0
        self.shelf, self.jobs = MemoryShelf(self.broker), Jobs(self.library)
        self.buried = Buried(self.shelf)
        self.resending = self.process()
        self.bury(COUNT)

    def process(self, *, may: bool = True) -> Resending:
        async def behind(group: str, topic: str) -> int:
            assert (group, topic) == ("render", "asset.ingested")
            return self.waiting

        return Resending(self.jobs, self.buried, behind, lambda: may)

    def bury(self, count: int) -> None:
        for number in range(count):
            self.broker.append(LETTERS, b"%d" % number, b"{}", HEADERS, b"%d" % number)

    async def job(self, **more: float) -> BulkJob:
        found = await as_job(self.jobs, self.buried, LETTERS, **more)  # type: ignore[arg-type]
        assert found
        return found

    async def state(self) -> tuple[str, int]:
        [job] = await self.jobs.all()
        found = standing(job, {}, job.since + 1)
        return found.state, found.done

    async def turn(self, to: str) -> None:
        async def committed(_group: str, _topic: str) -> dict[int, int]:
            return {}

        [job] = await self.jobs.all()
        await self.jobs.turn(job.id, to, committed)  # type: ignore[arg-type]


@pytest.fixture
def copy(monkeypatch: pytest.MonkeyPatch) -> Copy:
    monkeypatch.setattr(resending, "MANY", FEW)
    return Copy()


async def test_few_are_no_job(copy: Copy) -> None:
    assert await as_job(copy.jobs, copy.buried, LETTERS, FEW) is None
    assert await copy.jobs.all() == []
    with pytest.raises(NotReplayable):
        await as_job(copy.jobs, copy.buried, "asset.metadata.catalog.dlq")


async def test_all_are_sent_once_some_at_a_time_while_the_group_is_idle(copy: Copy) -> None:
    job = await copy.job()
    assert (job.group, job.topic, job.total, job.what) == (
        *("render", "asset.ingested", COUNT, "dead letters of asset.ingested for render"),
    )
    copy.waiting = 1
    assert await copy.resending.turn() and copy.shelf.sent == []
    copy.waiting = 0
    for sent in (SOME, 2 * SOME, COUNT):
        assert await copy.resending.turn()
        assert len(copy.shelf.sent) == sent and (await copy.state())[1] == sent
    assert await copy.state() == ("done", COUNT) and not await copy.resending.turn()
    assert len({record.key for record, *_ in copy.shelf.sent}) == COUNT and await copy.buried.waiting() == 0


async def test_what_is_buried_meanwhile_is_not_of_the_job(copy: Copy) -> None:
    await copy.job()
    copy.bury(5)
    while await copy.resending.turn():
        pass
    assert len(copy.shelf.sent) == COUNT and await copy.buried.waiting() == 5


async def test_no_more_are_sent_than_were_asked_for(copy: Copy) -> None:
    await copy.job(most=FEW + 1)
    while await copy.resending.turn():
        pass
    assert len(copy.shelf.sent) == FEW + 1 and await copy.state() == ("done", FEW + 1)


async def test_a_pause_is_heeded_and_a_cancelled_job_sends_nothing_more(copy: Copy) -> None:
    await copy.job()
    await copy.resending.turn()
    await copy.turn("paused")
    assert await copy.resending.turn() and len(copy.shelf.sent) == SOME
    await copy.turn("running")
    assert await copy.resending.turn() and len(copy.shelf.sent) == 2 * SOME
    await copy.turn("cancelled")
    assert not await copy.resending.turn() and len(copy.shelf.sent) == 2 * SOME
    assert await copy.state() == ("cancelled", 2 * SOME)


async def test_another_process_goes_on_where_one_ended(copy: Copy) -> None:
    await copy.job()
    await copy.resending.turn()
    assert not await copy.process(may=False).turn()
    later = copy.process()
    while await later.turn():
        pass
    assert len(copy.shelf.sent) == len({record.key for record, *_ in copy.shelf.sent}) == COUNT


async def test_what_somebody_sent_meanwhile_is_not_sent_twice(copy: Copy) -> None:
    await copy.job()
    await copy.resending.turn()
    await copy.buried.replay(LETTERS)
    while await copy.resending.turn():
        pass
    assert len(copy.shelf.sent) == COUNT and await copy.state() == ("done", COUNT)


async def test_a_pace_is_kept_whether_or_not_the_group_is_idle(copy: Copy) -> None:
    await copy.job(rate=0.001)
    copy.waiting = 9
    for _ in range(3):
        assert await copy.resending.turn()
    assert len(copy.shelf.sent) == 1


async def test_it_runs_and_a_new_job_is_begun_at_once(copy: Copy) -> None:
    running = asyncio.create_task(copy.resending.run())
    await asyncio.sleep(0)
    await copy.job(rate=1000)
    copy.resending.hurry()
    try:
        await until(lambda: len(copy.shelf.sent) == COUNT)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
