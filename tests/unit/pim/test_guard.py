"""A slip in the PIM or in the mapping takes no more than 2 % of the products, or of their links."""

from collections.abc import AsyncIterator

import pytest

from runtime import outage
from runtime.objects import Stored
from services.pim.akeneo.mapping import Mapping
from services.pim.polled import asked_object
from tests.fakes.akeneo import FakeAkeneo
from tests.fakes.wisepim import FakeWisepim
from tests.unit.pim.polling import Stage, akeneo, wisepim

SHOES = [f"S{number:02d}" for number in range(100)]


def put(pim: FakeAkeneo, number: int, **values: object) -> None:
    pim.product(f"u{number:02d}", f"S{number:02d}", values={"color": "Red", **values})


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    pim = FakeAkeneo()
    for number in range(100):
        put(pim, number)
    async with akeneo(pim) as found:
        await found.poller().turn()
        assert await found.active() == SHOES
        yield found


def nameless(stage: Stage, *numbers: int) -> None:
    for number in numbers:
        stage.pim.products[f"u{number:02d}"]["values"] = {}
        stage.pim.product(f"u{number:02d}", "")


async def test_a_hundred_that_lose_their_sku_stay_and_go_by_a_persons_word(stage: Stage) -> None:
    poller = stage.poller()
    nameless(stage, *range(100))
    for _ in range(2):  # the last minutes are read again each time
        await poller.turn()
        polled = await stage.polled()
        assert await stage.active() == SHOES
        assert polled and polled.held and polled.held.count == 100 and "S00 goes" in str(polled.held)
    await stage.poller().turn()  # another process has counted nothing yet
    polled = await stage.polled()
    assert await stage.active() == SHOES and polled and polled.held
    await stage.world.library.put(asked_object("akeneo"), polled.held.mark.encode())
    await poller.turn()
    polled = await stage.polled()
    assert await stage.active() == [] and polled and polled.held is None


async def test_two_of_a_hundred_go(stage: Stage) -> None:
    poller = stage.poller()
    nameless(stage, 1, 2)
    await poller.turn()
    assert len(await stage.active()) == 98
    put(stage.pim, 1)
    await poller.turn()
    assert len(await stage.active()) == 99


async def test_a_slip_in_the_mapping_takes_nothing(stage: Stage) -> None:
    async with akeneo(stage.pim, Mapping(sku="skuu")) as slipped:
        slipped.world, slipped.handled = stage.world, stage.handled
        await stage.world.library.put(asked_object("akeneo"), b"")
        await slipped.poller().turn()
    polled = await stage.polled()
    assert await stage.active() == SHOES and polled and polled.held
    assert "100 of" in str(polled.held) and "These stay as they were" in str(polled.held)


@pytest.mark.parametrize("everything", [False, True])
async def test_a_hundred_that_lose_their_colour_keep_it_until_a_person_says_so(stage: Stage, everything: bool) -> None:
    poller = stage.poller()
    for number in range(100):
        put(stage.pim, number, color="")
    put(stage.pim, 100)
    if everything:
        stage.world.later(3601)
    await poller.turn()
    polled, found = await stage.polled(), await stage.products()
    assert polled and polled.held and "S00 loses color Red" in str(polled.held)
    assert {found[f"akeneo/product/u{number:02d}"].axes["color"] for number in range(100)} == {"Red"}
    assert "akeneo/product/u100" in found, "what loses nothing is taken"
    await stage.world.library.put(asked_object("akeneo"), polled.held.mark.encode())
    await poller.turn()
    assert (await stage.products())["akeneo/product/u07"].axes == {}


async def test_one_that_loses_its_colour_is_taken_at_once(stage: Stage) -> None:
    put(stage.pim, 7, color="Crimson")
    await stage.poller().turn()
    assert (await stage.products())["akeneo/product/u07"].axes == {"color": "Crimson"}


async def test_what_webhooks_name_is_counted_too(stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    nameless(stage, *range(100))
    for number in range(100):
        await poller.hints.keep("product", f"u{number:02d}")
    await poller.follow()
    assert await stage.active() == SHOES[2:]
    assert await stage.world.library.get(asked_object("akeneo")) is not None, "the next turn asks for everything"
    assert any("would go or lose their links" in cause for cause in stage.refused)
    await poller.turn()
    polled = await stage.polled()
    assert await stage.active() == SHOES[2:] and polled and polled.held and polled.held.count == 98


async def test_of_wisepim_too() -> None:
    pim = FakeWisepim()
    for number in range(60):
        pim.product(number, f"S{number:02d}")
    async with wisepim(pim) as stage:
        await stage.poller().turn()
        assert len(await stage.active()) == 60
        for number in range(60):
            pim.product(number, "")
        stage.world.later(3601)
        await stage.poller().turn()
        polled = await stage.polled()
        assert len(await stage.active()) == 60 and polled and polled.held and polled.held.count == 60


async def test_a_first_import_reads_nothing_of_what_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pim, read = FakeAkeneo(), list[str]()
    for number in range(20):
        put(pim, number)
    async with akeneo(pim) as stage:
        get = stage.world.library.get

        async def noted(key: str) -> Stored | None:
            read.append(key)
            return await get(key)

        monkeypatch.setattr(stage.world.library, "get", noted)
        await stage.poller().turn()
        assert not [key for key in read if key.startswith("products/")]
        await stage.products()
        read.clear()
        stage.world.later(3601)
        await stage.poller().turn()  # another process: it has said nothing yet
        assert len([key for key in read if key.startswith("products/akeneo/product/")]) == 20
