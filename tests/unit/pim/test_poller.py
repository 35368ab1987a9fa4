"""Nothing is lost, and nothing goes that is not gone: whatever the PIM, the network and the process do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from runtime import outage
from runtime.objects import Exists
from runtime.outage import Unavailable
from services.pim.polled import asked_object
from services.pim.poller import Poller
from tests.fakes.akeneo import FakeAkeneo, Trouble
from tests.fakes.steps import Killed, Steps, install
from tests.suites.labs import until
from tests.unit.pim.polling import Stage, akeneo


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    pim = FakeAkeneo()
    for number in range(60):
        pim.product(f"u{number:02d}", f"S{number:02d}", values={"name": f"Shoe {number}"})
    async with akeneo(pim) as found:
        yield found


async def test_everything_then_what_has_changed(stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    assert len(await stage.active()) == 60
    before = [event.id for event in stage.said()]
    stage.pim.product("u07", "S07", values={"name": "Boot"})
    stage.pim.product("new", "NEW")
    await poller.turn()
    assert sorted(event.id for event in stage.said()) == sorted([*before, "new", "u07"])
    assert (await stage.products())["akeneo/product/u07"].name == "Boot"


async def test_nothing_new_says_nothing_and_moves_nothing(stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await poller.turn()
    said, before = len(stage.said()), await stage.polled()
    await poller.turn()
    assert (len(stage.said()), await stage.polled()) == (said, before)


async def test_what_is_saved_late_under_an_earlier_time_is_found(stage: Stage) -> None:
    """A search engine shows some second's changes before others of the same second."""
    poller = stage.poller()
    await poller.turn()
    late = stage.pim.product("late", "LATE")
    stage.pim.product("u01", "S01", values={"name": "Boot"})
    del stage.pim.products["late"]
    await poller.turn()
    stage.pim.products["late"] = late
    await poller.turn()
    assert "LATE" in await stage.active()


@pytest.mark.parametrize("zone", [-8, -5, 0, 2, 13])
async def test_a_server_in_any_time_zone(zone: int) -> None:
    """It reads our filters in its own time; the first process that asks does not know it yet."""
    pim = FakeAkeneo(zone)
    pim.product("u1", "S1")
    async with akeneo(pim) as stage:
        await stage.poller().turn()
        for number in range(3):
            pim.product(f"n{number}", f"N{number}")
            async with akeneo(pim) as another:  # a process that has seen nothing yet
                another.world, another.handled = stage.world, stage.handled
                await another.poller().turn()
        assert await stage.active() == ["N0", "N1", "N2", "S1"]


async def test_only_everything_tells_what_has_gone(stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    del stage.pim.products["u03"]
    await poller.turn()
    assert "S03" in await stage.active()
    stage.world.later(3601)
    await poller.turn()
    record = (await stage.products())["akeneo/product/u03"]
    assert (record.status, record.sku) == ("removed", "S03")
    assert len(await stage.active()) == 59


async def test_more_than_two_percent_wait_for_a_person(stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    for number in range(4):
        del stage.pim.products[f"u{number:02d}"]
    stage.world.later(3601)
    await poller.turn()
    polled = await stage.polled()
    assert len(await stage.active()) == 60 and polled and polled.held
    assert "4 records are not in the PIM any more" in str(polled.held) and "S00" in str(polled.held)
    await stage.world.library.put(asked_object("akeneo"), b"another day's")
    await poller.turn()
    assert len(await stage.active()) == 60
    await stage.world.library.put(asked_object("akeneo"), polled.held.mark.encode())
    await poller.turn()
    assert len(await stage.active()) == 56
    after = await stage.polled()
    assert after and after.held is None and await stage.world.library.get(asked_object("akeneo")) is None


async def test_what_a_listing_lacks_and_the_pim_still_has_stays(stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    hidden, found = stage.pim.products["u05"], stage.pim._found
    stage.pim._found = lambda item, search: item is not hidden and found(item, search)
    stage.world.later(3601)
    await poller.turn()
    assert len(await stage.active()) == 60


@pytest.mark.parametrize("path", ["search_after=u19", "families?", "oauth"])
async def test_who_breaks_off_in_the_middle_has_told_nothing_of_what_is_gone(stage: Stage, path: str) -> None:
    stage.pim.page = 20
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    before = await stage.polled()
    stage.world.later(3601)
    stage.pim.expire()
    stage.pim.troubles = [Trouble(path, 503, times=100)]
    with pytest.raises(Unavailable):
        await poller.turn()
    assert (len(await stage.active()), await stage.polled()) == (60, before)


@pytest.mark.parametrize("at", ["pim.polled", "pim.cursor"])
async def test_killed_between_two_steps(stage: Stage, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    for turn in range(2):
        stage.pim.product(f"x{turn}", f"X{turn}")
        steps.kill_at(at, 1)
        with pytest.raises(Killed):
            await stage.poller().turn()
    await stage.poller().turn()
    assert {"X0", "X1", "S00", "S59"} <= set(await stage.active())


async def test_of_two_processes_one_moves_the_cursor(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.poller().turn()
    other, put = stage.poller(), stage.world.library.put
    stage.pim.product("u01", "S01", values={"name": "Boot"})

    async def meanwhile(*args: object, **named: object) -> str:
        monkeypatch.setattr(stage.world.library, "put", put)
        await other.turn()
        return await put(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(stage.world.library, "put", meanwhile)
    with pytest.raises(Exists):
        await stage.poller().turn()


async def test_a_late_event_of_who_was_suspended_takes_nothing_back(stage: Stage) -> None:
    """It asked before the change, and says so after it."""
    await stage.poller().turn()
    older = [event async for batch in stage.source.changes("") for event in batch.events if event.id == "u07"]
    stage.pim.product("u07", "S07", values={"name": "Boot"})
    await stage.poller().turn()
    await stage.poller()._say(older[0])
    assert (await stage.products())["akeneo/product/u07"].name == "Boot"


async def test_it_runs_by_itself_and_says_what_is_wrong(stage: Stage) -> None:
    poller: Poller = stage.poller()
    stage.pim.troubles = [Trouble("categories", 403, body='{"message": "Access forbidden."}')]
    running = asyncio.create_task(poller.run())
    await until(poller.problem)
    assert "403" in str(poller.problem()) and "Access forbidden" in str(poller.problem())
    await until(lambda: poller.problem() is None)
    poller.stop()
    await running
    assert len(await stage.active()) == 60


async def test_what_a_hint_names_is_asked_for_at_once_and_moves_no_cursor(stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    before = await stage.polled()
    stage.pim.product("u07", "S07", values={"name": "Boot"})
    del stage.pim.products["u08"]
    for _ in range(3):  # doubled, and of what nobody knows
        for id in ("u07", "u08", "never"):
            poller.hints.hint("product", id)
    await poller.follow()
    found = await stage.products()
    assert found["akeneo/product/u07"].name == "Boot" and found["akeneo/product/u08"].status == "removed"
    assert "akeneo/product/never" not in found and await stage.polled() == before


async def test_hints_do_not_empty_the_library(stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    for number in range(20):
        del stage.pim.products[f"u{number:02d}"]
        poller.hints.hint("product", f"u{number:02d}")
    await poller.follow()
    assert len(await stage.active()) == 59  # 2 % of what is known
    stage.world.later(3601)
    await poller.turn()
    polled = await stage.polled()
    assert polled and polled.held and polled.held.count == 19


async def test_hints_are_followed_while_it_rests(stage: Stage) -> None:
    poller = stage.poller()
    poller._every_s = 60
    running = asyncio.create_task(poller.run())
    while await stage.polled() is None:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    stage.pim.product("u07", "S07", values={"name": "Boot"})
    said = len(stage.said())
    poller.hints.hint("product", "u07")
    await until(lambda: len(stage.said()) > said)
    poller.stop()
    await running
    assert (await stage.products())["akeneo/product/u07"].name == "Boot"
