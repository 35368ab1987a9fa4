"""What every connector does: nothing is lost, nothing is removed by mistake, and what is wrong is told."""

from collections.abc import AsyncIterator

import pytest

from runtime import outage
from runtime.outage import Unavailable
from services.pim.polled import asked_object
from services.pim.source import NotAllowed
from tests.fakes.vendor import Trouble
from tests.suites.vendors import VENDORS, Vendor
from tests.unit.pim.polling import Stage


@pytest.fixture(params=VENDORS, ids=lambda vendor: vendor.system)
async def vendor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Vendor:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    found: Vendor = request.param()
    for number in range(60):
        found.put(number, f"Shoe {number}")
    return found


@pytest.fixture
async def stage(vendor: Vendor) -> AsyncIterator[Stage]:
    async with vendor.stage() as found:
        yield found


async def name_of(stage: Stage, vendor: Vendor, number: int) -> str:
    return (await stage.products())[f"{vendor.system}/product/{vendor.id(number)}"].name


async def test_everything_then_what_has_changed(vendor: Vendor, stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    assert await stage.active() == [f"S{number:02d}" for number in range(60)]
    before = sorted(event.id for event in stage.said())
    vendor.put(7, "Boot")
    vendor.put(60, "Sandal")
    if not vendor.asks_for_changes:
        for number in (7, 60):
            await poller.hints.keep("product", vendor.id(number))
    await poller.turn()
    assert sorted(event.id for event in stage.said()) == sorted([*before, vendor.id(7), vendor.id(60)])
    assert await name_of(stage, vendor, 7) == "Boot" and "S60" in await stage.active()


async def test_nothing_new_says_nothing_and_moves_nothing(vendor: Vendor, stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await poller.turn()
    said, before = len(stage.said()), await stage.polled()
    await poller.turn()
    stage.world.later(3601)
    await poller.turn()  # everything again
    after = await stage.polled()
    assert before and after and (len(stage.said()), after.known) == (said, before.known)


async def test_only_everything_tells_what_has_gone(vendor: Vendor, stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    vendor.take_away(3)
    await poller.turn()
    assert "S03" in await stage.active()
    stage.world.later(3601)
    await poller.turn()
    record = (await stage.products())[f"{vendor.system}/product/{vendor.id(3)}"]
    assert (record.status, record.sku) == ("removed", "S03")
    assert len(await stage.active()) == 59


async def test_more_than_two_percent_wait_for_a_person(vendor: Vendor, stage: Stage) -> None:
    poller, system = stage.poller(), vendor.system
    await poller.turn()
    await stage.products()
    for number in range(4):
        vendor.take_away(number)
    stage.world.later(3601)
    await poller.turn()
    polled = await stage.polled()
    assert len(await stage.active()) == 60 and polled and polled.held
    assert f"4 of {polled.known + 4} records would go or lose" in str(polled.held) and "S00 goes" in str(polled.held)
    await stage.world.library.put(asked_object(system), b"another day's")
    await poller.turn()
    assert len(await stage.active()) == 60
    await stage.world.library.put(asked_object(system), polled.held.mark.encode())
    await poller.turn()
    assert len(await stage.active()) == 56
    after = await stage.polled()
    assert after and after.held is None and await stage.world.library.get(asked_object(system)) is None


async def test_what_a_listing_lacks_and_the_pim_still_has_stays(vendor: Vendor, stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    vendor.hide(5)
    stage.world.later(3601)
    await poller.turn()
    assert len(await stage.active()) == 60


@pytest.mark.parametrize(("status", "body"), [(503, ""), (429, ""), (200, '{"data": [{"id')])
async def test_who_breaks_off_in_the_middle_has_told_nothing_of_what_is_gone(
    vendor: Vendor, stage: Stage, status: int, body: str
) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    before = await stage.polled()
    stage.world.later(3601)
    vendor.breaks(status, in_the_middle=True, body=body)
    with pytest.raises(Unavailable, match=f"(?i){vendor.system}"):
        await poller.turn()
    assert (len(await stage.active()), await stage.polled()) == (60, before)


async def test_who_is_not_let_in_is_told_what_to_mend(vendor: Vendor, stage: Stage) -> None:
    vendor.breaks(403, body="Access forbidden.")
    with pytest.raises(NotAllowed, match=r"403.*Access forbidden") as found:
        await stage.poller().turn()
    assert len(found.value.cure) > 20


async def test_a_late_event_of_who_was_suspended_takes_nothing_back(vendor: Vendor, stage: Stage) -> None:
    """It asked before the change, and says so after it."""
    await stage.poller().turn()
    older = [batch async for batch in stage.source.changes("")]
    vendor.put(7, "Boot")
    other = stage.poller()
    await other.hints.keep("product", vendor.id(7))
    await other.turn()
    for batch in older:
        await stage.poller().take(batch)
    assert await name_of(stage, vendor, 7) == "Boot"


async def test_what_a_hint_names_is_asked_for_at_once_and_moves_no_cursor(vendor: Vendor, stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    before = await stage.polled()
    vendor.put(7, "Boot")
    vendor.take_away(8)
    for _ in range(3):  # doubled, and of what nobody knows
        for id in (vendor.id(7), vendor.id(8), "999"):
            await poller.hints.keep("product", id)
    await poller.follow()
    found = await stage.products()
    assert await name_of(stage, vendor, 7) == "Boot"
    assert found[f"{vendor.system}/product/{vendor.id(8)}"].status == "removed"
    assert f"{vendor.system}/product/999" not in found and await stage.polled() == before
    assert len(stage.refused) == 1 and "999, which is not in the PIM" in stage.refused[0]


async def test_a_kept_hint_outlives_an_outage_and_the_process(vendor: Vendor, stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    vendor.put(7, "Boot")
    await poller.hints.keep("product", vendor.id(7))
    vendor.breaks(503)
    with pytest.raises(Unavailable):
        await poller.follow()
    vendor.pim.troubles = []
    await stage.poller().turn()
    assert await name_of(stage, vendor, 7) == "Boot"


async def test_a_hint_that_the_pim_does_not_take_is_told_and_holds_up_no_other(vendor: Vendor, stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    vendor.put(7, "Boot")
    for id in ("no-such", vendor.id(7)):
        await poller.hints.keep("product", id)
    vendor.pim.troubles = [Trouble("no-such", 422, body="no id of ours")]
    await poller.follow()
    assert await name_of(stage, vendor, 7) == "Boot"
    assert len(stage.refused) == 1 and "no-such" in stage.refused[0] and "no id of ours" in stage.refused[0]
    assert await stage.world.library.listing(f"pim/{vendor.system}.hints/") == []


async def test_one_that_the_pim_cannot_give_holds_up_no_other_and_keeps_its_mark(vendor: Vendor, stage: Stage) -> None:
    """Nor do more of them than are tried in a row, the next time. Their marks come first."""
    poller, ill, marks = stage.poller(), [f"!ill-{number}" for number in range(5)], f"pim/{vendor.system}.hints/"
    await poller.turn()
    vendor.put(7, "Boot")
    for id in (*ill[:2], vendor.id(7)):
        await poller.hints.keep("product", id)
    vendor.pim.troubles = [Trouble("ill-", 500, times=1000)]
    with pytest.raises(Unavailable):
        await poller.follow()
    assert await name_of(stage, vendor, 7) == "Boot"
    assert len(await stage.world.library.listing(marks)) == 2
    vendor.put(8, "Sandal")
    for id in (*ill[2:], vendor.id(8)):
        await poller.hints.keep("product", id)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await poller.follow()
    assert await name_of(stage, vendor, 8) == "Sandal"
    assert len(await stage.world.library.listing(marks)) == 5
    vendor.pim.troubles = []
    await poller.follow()
    assert await stage.world.library.listing(marks) == [] and len(stage.refused) == 5


async def test_a_webhook_is_on_kafka_until_somebody_reads_it(vendor: Vendor, stage: Stage) -> None:
    """Whoever heard it may die: who reads the topic next leaves the mark."""
    await stage.poller().turn()
    vendor.put(7, "Boot")
    for nonce in ("n1", "n1", "n2"):
        await stage.poller().hear("product", vendor.id(7), nonce)
    assert await stage.world.library.listing(f"pim/{vendor.system}.hints/") == []
    await stage.follow(stage.poller())
    assert await name_of(stage, vendor, 7) == "Boot"


async def test_hints_do_not_empty_the_library(vendor: Vendor, stage: Stage) -> None:
    poller = stage.poller()
    await poller.turn()
    await stage.products()
    for number in range(20):
        vendor.take_away(number)
        await poller.hints.keep("product", vendor.id(number))
    await poller.follow()
    assert len(await stage.active()) == 59  # 2 % of what is known
    assert any("waiting until everything is read again" in cause for cause in stage.refused)
    await poller.turn()
    polled = await stage.polled()
    assert polled and polled.held and polled.held.count == 19
