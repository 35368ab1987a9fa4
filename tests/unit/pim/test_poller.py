"""Nothing is lost, and nothing goes that is not gone: whatever the PIM, the network and the process do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from runtime import outage
from runtime.objects import Exists
from runtime.outage import Unavailable
from services.pim.poller import Poller
from tests.fakes.akeneo import FakeAkeneo
from tests.fakes.steps import Killed, Steps, install
from tests.fakes.vendor import Trouble
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


@pytest.mark.parametrize("path", ["families?", "oauth"])
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


async def test_hints_are_followed_while_it_rests(stage: Stage) -> None:
    poller = stage.poller()
    poller._every_s = 60
    running = asyncio.create_task(poller.run())
    while await stage.polled() is None:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    stage.pim.product("u07", "S07", values={"name": "Boot"})
    said = len(stage.said())
    await poller.hints.keep("product", "u07")
    await until(lambda: len(stage.said()) > said)
    poller.stop()
    await running
    assert (await stage.products())["akeneo/product/u07"].name == "Boot"


async def test_a_hint_that_is_followed_mends_no_poll_that_failed(stage: Stage) -> None:
    poller = stage.poller()
    stage.pim.troubles = [Trouble("categories", 403, body='{"message": "Access forbidden."}', times=2)]
    await poller._once()
    await poller._answered(poller.follow, polled=False)
    assert "403" in str(poller.problem())
    await poller._answered(poller.turn)
    assert "403" in str(poller.problem())
    await poller._once()
    assert poller.problem() is None


async def test_models_that_name_each_other_as_parent_are_told_and_taken(stage: Stage) -> None:
    for code, parent in (("m1", "m2"), ("m2", "m3"), ("m3", "m1"), ("m4", "m1")):
        stage.pim.model(code, parent=parent)
    stage.pim._above = lambda _: []  # this fake would go round in that circle
    await stage.poller().turn()
    polled = await stage.polled()
    assert polled and polled.problems == [
        "m1 → m2 → m3 → m1: these models name each other as parent. Give one of them no parent."
    ]
    assert await stage.active("model") == ["m1", "m2", "m3", "m4"]


async def test_a_gtin_on_two_products_is_told_at_once_where_both_have_changed(stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    for number in (1, 2):
        stage.pim.product(f"u0{number}", f"S0{number}", values={"ean": "4006381333931"})
    await poller.turn()
    assert stage.refused == [
        "The GTIN 4006381333931 belongs to S01 and to S02. A GTIN names one product: correct one of them."
    ]
    stage.world.later(3601)
    await poller.turn()
    polled = await stage.polled()
    assert polled and polled.problems == stage.refused
