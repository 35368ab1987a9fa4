"""What waits in a queue was told: the sweep neither counts it as missed nor sends it again, however long it waits."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from runtime.groups import Reach
from schemas.topics import INBOX_EVENTS, INGEST_JOBS
from services.ingest.heard import Heard
from services.ingest.removals import Guard
from services.ingest.sweep import Drift, Sweep
from services.ingest.waiting import Patience
from tests.unit.ingest.conftest import Ingest
from tests.unit.ingest.swept import Swept, missed, sweeping

START = datetime(2026, 1, 1, tzinfo=UTC)
NOTHING = datetime.fromtimestamp(0, UTC)


class Queues:
    """How far intake and ingest have come, of how much."""

    def __init__(self) -> None:
        self.done = {INBOX_EVENTS.name: {0: 0, 1: 0}, INGEST_JOBS.name: {0: 0, 1: 0}}
        self.ends = {INBOX_EVENTS.name: {0: 0, 1: 0}, INGEST_JOBS.name: {0: 0, 1: 0}}

    def set(self, topic: str, done: Mapping[int, int], ends: Mapping[int, int]) -> None:
        self.done[topic], self.ends[topic] = {**done}, {**ends}

    async def __call__(self, group: str, topic: str) -> Reach:
        assert {"intake": INBOX_EVENTS.name, "ingest": INGEST_JOBS.name}[group] == topic
        return Reach({**self.done[topic]}, {**self.ends[topic]})


@pytest.fixture
def queues() -> Queues:
    return Queues()


@pytest.fixture
def swept(ingest: Ingest) -> Swept:
    return sweeping(ingest)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


async def test_all_is_heard_where_nothing_waits(queues: Queues) -> None:
    assert await Heard(queues, 0)(at(1)) == at(1)


@pytest.mark.parametrize("topic", [INBOX_EVENTS.name, INGEST_JOBS.name])
async def test_nothing_is_heard_before_the_first_mark_is_passed(queues: Queues, topic: str) -> None:
    heard = Heard(queues, 0)
    queues.set(topic, {0: 5, 1: 4}, {0: 5, 1: 5})
    assert await heard(at(1)) == NOTHING
    assert await heard(at(2)) == NOTHING
    queues.set(topic, {0: 5, 1: 5}, {0: 5, 1: 5})
    assert await heard(at(3)) == at(3)


async def test_it_moves_on_while_more_keeps_coming(queues: Queues) -> None:
    """Hints of the first minute are jobs in the second, and done in the third; there is always one that waits."""
    heard = Heard(queues, 0)
    queues.set(INBOX_EVENTS.name, {0: 10, 1: 0}, {0: 20, 1: 0})
    queues.set(INGEST_JOBS.name, {0: 3, 1: 0}, {0: 10, 1: 0})
    assert await heard(at(1)) == NOTHING
    queues.set(INBOX_EVENTS.name, {0: 20, 1: 0}, {0: 30, 1: 0})
    queues.set(INGEST_JOBS.name, {0: 10, 1: 0}, {0: 20, 1: 0})
    assert await heard(at(2)) == NOTHING
    queues.set(INBOX_EVENTS.name, {0: 30, 1: 0}, {0: 40, 1: 0})
    queues.set(INGEST_JOBS.name, {0: 20, 1: 0}, {0: 30, 1: 0})
    assert await heard(at(3)) == at(1)


async def test_a_commit_that_is_on_its_way_is_waited_for(queues: Queues) -> None:
    class Late(Queues):
        asked = 0

        async def __call__(self, group: str, topic: str) -> Reach:
            self.asked += 1
            self.set(INBOX_EVENTS.name, {0: min(self.asked, 3)}, {0: 3})
            return await super().__call__(group, topic)

    assert await Heard(Late(), 0)(at(1)) == at(1)


async def test_a_topic_that_was_made_anew_does_not_hold_it_up(queues: Queues) -> None:
    heard = Heard(queues, 0)
    queues.set(INGEST_JOBS.name, {0: 3, 1: 0}, {0: 1000, 1: 0})
    assert await heard(at(1)) == NOTHING
    queues.set(INGEST_JOBS.name, {0: 2, 1: 0}, {0: 2, 1: 0})
    assert await heard(at(2)) == at(2)


async def test_what_waits_in_the_queue_was_not_missed(swept: Swept, queues: Queues) -> None:
    world = swept.ingest.world
    sweep = Sweep(world.inbox, world.library, swept.groups, Guard(), Patience(10, 600), heard=Heard(queues, 0))
    await swept.put("a.jpg", "b.jpg", "c.jpg")
    await swept.delete("c.jpg")
    queues.set(INGEST_JOBS.name, {0: 0}, {0: 2})
    for _ in range(3):
        world.later(100)
        drift = await sweep.look()
        assert (drift, drift.all_heard) == (Drift(), False)
    await swept.ingest.job("a.jpg")
    queues.set(INGEST_JOBS.name, {0: 2}, {0: 2})  # a.jpg was told and taken; of the others no hint came
    drift = await sweep.look()
    assert (missed(drift), drift.all_heard) == (["b.jpg", "c.jpg"], True)


async def test_what_was_told_once_is_not_told_again_while_that_waits(swept: Swept, queues: Queues) -> None:
    """A flood came after the sweep's own hint: each sweep would add to it, and count the same file anew."""
    world = swept.ingest.world
    sweep = Sweep(world.inbox, world.library, swept.groups, Guard(), Patience(10, 600), heard=Heard(queues, 0))
    await swept.take("gone.jpg")
    await swept.put("a.jpg")
    await swept.delete("gone.jpg")
    world.later(11)
    drift = await sweep.look()
    assert (missed(drift), [job.key for job in drift.removed]) == (["a.jpg"], ["gone.jpg"])
    queues.set(INBOX_EVENTS.name, {0: 0}, {0: 1})
    queues.set(INGEST_JOBS.name, {0: 0}, {0: 5000})
    world.later(60)
    assert await sweep.look() == Drift()
    queues.set(INBOX_EVENTS.name, {0: 1}, {0: 1})
    queues.set(INGEST_JOBS.name, {0: 4999}, {0: 5000})
    world.later(60)
    assert await sweep.look() == Drift()
    queues.set(INGEST_JOBS.name, {0: 5000}, {0: 5000})
    world.later(60)
    drift = await sweep.look()  # both were lost once more
    assert (missed(drift), [job.key for job in drift.removed]) == (["a.jpg"], ["gone.jpg"])
