"""A message that shows nothing is given up; what has a limit of its own may take as long as it likes."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from runtime.at_work import AtWork, Hung, bounded, shown
from runtime.broker import Record
from runtime.deliver import say_all
from runtime.health import Health, respond
from runtime.jobs import Cages
from runtime.publisher import Outgoing
from schemas.topics import ASSET_INGESTED
from tests.fakes.caged import once

RECORD = Record("asset.ingested", 3, 17, b"key", b"{}", (), 0)
LIMIT_S, LONGER_S = 1.0, 1.6


async def for_ever() -> None:
    """As a handler that waits for what nobody will say."""
    await asyncio.Event().wait()


async def test_who_shows_nothing_is_given_up_and_the_cause_says_so() -> None:
    with AtWork([], 0.05).message(RECORD) as turn, pytest.raises(Hung, match="nothing came of it for 0 s"):
        async with turn.one_try():
            await for_ever()


async def test_a_time_out_of_its_own_is_what_it_was() -> None:
    with AtWork([], 60).message(RECORD) as turn, pytest.raises(TimeoutError, match="the PIM"):
        async with turn.one_try():
            raise TimeoutError("the PIM")


async def test_the_clock_stands_while_something_has_a_limit_of_its_own_and_then_goes_on() -> None:
    work = AtWork([RECORD.topic], LIMIT_S)
    with work.message(RECORD) as turn:
        with pytest.raises(Hung):
            async with turn.one_try():
                with bounded():
                    await asyncio.sleep(LONGER_S)
                    assert work.stalled()[RECORD.topic] < LIMIT_S
                went_on = time.monotonic()
                await for_ever()
        assert time.monotonic() - went_on < 30


async def test_of_two_at_once_the_longer_counts() -> None:
    async def transfer(seconds: float) -> None:
        with bounded():
            await asyncio.sleep(seconds)

    with AtWork([], LIMIT_S).message(RECORD) as turn:
        async with turn.one_try():
            await asyncio.gather(transfer(0.05), transfer(LONGER_S))


async def test_whoever_says_something_now_and_then_may_go_on() -> None:
    with AtWork([], LIMIT_S).message(RECORD) as turn:
        async with turn.one_try():
            for _ in range(8):
                await asyncio.sleep(LONGER_S / 8)
                shown()


async def test_a_child_may_take_its_own_time(cages: Cages) -> None:
    with AtWork([], 0.5).message(RECORD) as turn:
        async with turn.one_try():
            assert await once(cages, "wait", seconds=1.2)


async def test_outside_of_messages_nothing_is_counted() -> None:
    with bounded():
        shown()


async def test_what_does_not_end_though_it_was_given_up_is_a_problem() -> None:
    work, free = AtWork([RECORD.topic], 0.1, problem_s=0.3), asyncio.Event()

    async def deaf() -> None:
        with work.message(RECORD) as turn:
            async with turn.one_try():
                while not free.is_set():
                    try:
                        await free.wait()
                    except asyncio.CancelledError:
                        continue

    task, end = asyncio.create_task(deaf()), time.monotonic() + 60
    while not (told := work.problem()) and time.monotonic() < end:  # noqa: ASYNC110 - the clock is what is asked
        await asyncio.sleep(0.02)
    assert told and told.startswith("asset.ingested/3/17 shows nothing for")
    free.set()
    await task  # it came to its end after all
    assert work.problem() is None


def test_it_is_told_by_group_and_topic() -> None:
    health, work = Health("test"), AtWork(["asset.ingested", "asset.rerun"])
    health.stalled["render"] = work.stalled
    with work.message(RECORD):
        text = respond(health, "/metrics")[2].decode()
    assert 'packshot_stalled_seconds{group="render",topic="asset.rerun"} 0.0' in text
    assert 'packshot_stalled_seconds{group="render",topic="asset.ingested"}' in text


async def test_a_server_that_takes_long_is_no_hanging() -> None:
    """Kafka's producer waits for its broker without an end: an outage costs no attempt."""

    async def saying() -> AsyncIterator[Outgoing]:
        yield Outgoing(ASSET_INGESTED, "a", None)  # type: ignore[arg-type]

    async def emit(_: object) -> None:
        await asyncio.sleep(LONGER_S)

    with AtWork([], 0.5).message(RECORD) as turn:
        async with turn.one_try():
            await say_all(saying(), emit)  # type: ignore[arg-type]
