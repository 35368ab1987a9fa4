"""Hints to jobs: one name has one key; hints of a moment are one job, and none is lost."""

import asyncio
from functools import partial

import pytest

from runtime.outage import Unavailable
from schemas.inbox import InboxHint, IngestJob
from schemas.topics import INBOX_EVENTS, INGEST_JOBS
from services.ingest import intake as module
from services.ingest.hints import Hints
from services.ingest.intake import Intake
from services.ingest.sweep import Drift
from services.ingest.timers import Sweeping, Timers
from tests.fakes.world import World
from tests.suites.labs import until


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def intake() -> Intake:
    ticks = iter(range(1_000))
    return Intake({"inbox"}, lambda: float(next(ticks)))


def hints(*keys: str, bucket: str = "inbox", reason: str = "notification") -> Hints:
    return Hints(hints=[InboxHint(bucket=bucket, key=key, reason=reason) for key in keys])


def jobs(world: World) -> list[str]:
    return [job.key for job in world.said(INGEST_JOBS, IngestJob)]


async def test_a_hint_is_a_job_under_its_stem(world: World, intake: Intake) -> None:
    await world.say(intake.handle(hints("a/b.jpg", reason="page")))
    (record,) = world.broker.records(INGEST_JOBS.name)
    assert record.key == b"inbox/a/b"
    assert world.said(INGEST_JOBS, IngestJob) == [IngestJob(bucket="inbox", key="a/b.jpg", reason="page")]


async def test_what_is_nothing_or_not_ours_is_no_job(world: World, intake: Intake) -> None:
    await world.say(intake.handle(hints(".DS_Store", "a.part")))
    await world.say(intake.handle(hints("a.jpg", bucket="library")))
    await world.say(intake.handle(Hints(hints=[])))
    assert jobs(world) == []


async def test_hints_of_a_moment_are_one_job(world: World, intake: Intake) -> None:
    await asyncio.gather(*(world.say(intake.handle(hints(key))) for key in ("a.jpg", "b.jpg", "a.jpg", "a.jpg")))
    assert sorted(jobs(world)) == ["a.jpg", "b.jpg"]


async def test_a_hint_that_comes_after_the_job_was_sent_is_another(world: World, intake: Intake) -> None:
    for _ in range(2):
        await world.say(intake.handle(hints("a.jpg")))
    assert jobs(world) == ["a.jpg", "a.jpg"]
    assert len({event.id for event in world.events(INGEST_JOBS)}) == 2


async def test_the_job_is_sent_after_the_last_hint_that_it_stands_for(
    world: World, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hint that comes while the job is being sent might be for later bytes: it gets its own."""
    monkeypatch.setattr(module, "TOGETHER_S", 0.0)
    saying = intake.handle(hints("a.jpg"))
    await saying.asend(None)  # on its way
    await world.say(intake.handle(hints("a.jpg")))
    await saying.aclose()
    assert jobs(world) == ["a.jpg"]


async def test_a_revoked_hint_does_not_swallow_those_that_follow(world: World, intake: Intake) -> None:
    first = asyncio.create_task(world.say(intake.handle(hints("a.jpg"))))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await world.say(intake.handle(hints("a.jpg")))
    assert jobs(world) == ["a.jpg"]


async def test_a_timer_hints_later_once(world: World) -> None:
    timers = Timers(world.publisher.publish)
    early, late = (InboxHint(bucket="inbox", key="a.jpg", reason=reason) for reason in ("early", "late"))
    timers.later(early, 0.01)
    timers.later(late, 0.02)
    timers.later(InboxHint(bucket="inbox", key="b.jpg", reason="timer"), 0.01)
    assert world.broker.records(INBOX_EVENTS.name) == []
    await until(lambda: not timers._running)
    said = [InboxHint.model_validate_json(r.value or b"") for r in world.broker.records(INBOX_EVENTS.name)]
    assert sorted((hint.key, hint.reason) for hint in said) == [("a.jpg", "late"), ("b.jpg", "timer")]


async def test_a_timer_rides_out_an_outage(world: World) -> None:
    world.broker.down = True
    Timers(world.publisher.publish).later(InboxHint(bucket="inbox", key="a.jpg"), 0)
    await asyncio.sleep(0.02)
    world.broker.down = False
    await until(lambda: len(world.broker.records(INBOX_EVENTS.name)) == 1)


class OneMissed:
    """A sweep that finds one file each time."""

    async def look(self, *, deep: bool = True) -> Drift:
        """See `Sweep.look`."""
        return Drift(missed=[InboxHint(bucket="inbox", key="a.jpg", reason="sweep")])


@pytest.mark.parametrize("ours", [True, False])
async def test_only_the_owner_sweeps(world: World, ours: bool) -> None:
    sweeping = Sweeping(OneMissed(), world.publisher.publish, 0.01, lambda: ours)
    running = asyncio.create_task(sweeping.run())
    await (until(lambda: sweeping.last is not None) if ours else asyncio.sleep(0.1))
    sweeping.stop()
    await running
    assert bool(world.broker.records(INBOX_EVENTS.name)) is ours
    assert (sweeping.last is not None) is ours


@pytest.mark.parametrize(("longest_s", "sweeps"), [(600.0, 1), (0.001, 5)])
async def test_dear_sweeps_are_rare_and_still_come(
    world: World, monkeypatch: pytest.MonkeyPatch, longest_s: float, sweeps: int
) -> None:
    monkeypatch.setattr("services.ingest.timers.REST", 1e9)
    monkeypatch.setattr("services.ingest.timers.LONGEST_REST_S", longest_s)
    sweeping = Sweeping(OneMissed(), world.publisher.publish, 0.001, lambda: True)
    running = asyncio.create_task(sweeping.run())
    await until(lambda: len(world.broker.records(INBOX_EVENTS.name)) >= sweeps)
    await asyncio.sleep(0.1)
    sweeping.stop()
    await running
    found = len(world.broker.records(INBOX_EVENTS.name))
    assert found == 1 if sweeps == 1 else found >= sweeps


async def test_a_sweep_that_is_brought_forward_does_not_wait_for_its_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.ingest.timers.SOON_S", 0.01)
    monkeypatch.setattr("services.ingest.timers.REST", 0)
    sweeping = Sweeping(OneMissed(), world.publisher.publish, 3600, lambda: True)
    running = asyncio.create_task(sweeping.run())
    for count in (1, 2):
        sweeping.soon()
        await until(partial(_has_said, world, count))
    sweeping.stop()
    await running


def _has_said(world: World, count: int) -> bool:
    return len(world.broker.records(INBOX_EVENTS.name)) == count


class Deep:
    """A sweep that notes how deep it looks; the broker is away at the second and third look."""

    def __init__(self, found: Drift) -> None:
        self.found = found
        self.looks: list[bool] = []
        self.enough = asyncio.Event()

    async def look(self, *, deep: bool = True) -> Drift:
        """See `Sweep.look`."""
        self.looks.append(deep)
        if len(self.looks) in (2, 3):
            raise Unavailable("the broker is away")
        if len(self.looks) == 6:
            self.enough.set()
        return self.found


async def swept(world: World, found: Drift | None = None, deep_s: float = 3600.0) -> list[bool]:
    """Which of the looks were deep, where each finds this."""
    sweep = Deep(found or Drift())
    sweeping = Sweeping(sweep, world.publisher.publish, 0.001, lambda: True, deep_s)
    running = asyncio.create_task(sweeping.run())
    await sweep.enough.wait()
    sweeping.stop()
    await running
    return sweep.looks


async def test_all_versions_are_looked_at_at_first_and_after_an_outage(world: World) -> None:
    assert (await swept(world))[:6] == [True, False, True, True, False, False]


async def test_all_versions_are_looked_at_now_and_then(world: World) -> None:
    assert all(await swept(world, deep_s=0.0))


async def test_all_versions_are_looked_at_again_soon_where_messages_waited(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What these may have told of was left."""
    monkeypatch.setattr("services.ingest.timers.DEEP_AGAIN_S", 0.0)
    assert (await swept(world))[:6] == [True, False, True, True, False, False]
    assert all(await swept(world, Drift(all_heard=False)))
