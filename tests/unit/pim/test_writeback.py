"""Pictures into the PIM: what differs is sent, once; what others changed is shown and left alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from runtime import outage
from runtime.broker import Record
from runtime.outage import Unavailable
from schemas.delivery import Delivery
from schemas.facet import facet_object
from schemas.topics import DELIVERIES, PIM_EVENTS
from services.pim import waiting
from services.pim.akeneo.target import AkeneoTarget
from services.pim.target import Held
from services.pim.waiting import SLOWLY, concerns
from services.pim.writeback import mark, overwrite_object, waiting_object, write_back
from tests.fakes.steps import Killed, Steps, install
from tests.fakes.vendor import Trouble
from tests.unit.pim.shop import LINK, MAIN, Shop, asset_id, opened


@pytest.fixture
async def shop(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    async with opened() as found:
        for name in "abc":
            await found.picture(name)
        yield found


def sent(shop: Shop) -> int:
    return shop.pim.asked["POST media-files"] + len(shop.pim.patched)


async def test_main_order_and_address(shop: Shop) -> None:
    record = await shop.deliver("S1", "a", "b")
    assert record and record.status == "done"
    assert (shop.shows("u1", "main"), shop.shows("u1", "second")) == ("a 1 ", "b 1 ")
    assert shop.pim.value("u1", "link") == f"https://media/{asset_id('a')}/1.jpeg"
    await shop.deliver("S1", "b", "a")
    assert (shop.shows("u1", "main"), shop.shows("u1", "second")) == ("b 1 ", "a 1 ")
    assert shop.world.said(DELIVERIES, Delivery)[-1] == await shop.delivered("S1")


async def test_the_same_again_sends_nothing(shop: Shop) -> None:
    await shop.deliver("S1", "a", "b")
    before = sent(shop)
    await shop.deliver("S1", "a", "b", "c")
    assert sent(shop) == before


async def test_what_is_unlinked_goes(shop: Shop) -> None:
    await shop.deliver("S1", "a", "b")
    await shop.deliver("S1", "a")
    assert (shop.shows("u1", "main"), shop.shows("u1", "second")) == ("a 1 ", None)
    record = await shop.deliver("S1", "a", removed=True)
    assert [shop.pim.value("u1", at) for at in ("main", "second", "link")] == [None, None, None]
    assert record and record.status == "done"
    await shop.deliver("S1", "c")
    assert shop.shows("u1", "main") == "c 1 "


async def test_what_has_expired_goes(shop: Shop) -> None:
    await shop.deliver("S1", "a", "b")
    await shop.live("a", until=datetime.now(UTC))
    await shop.waiting.look()
    assert (shop.shows("u1", "main"), shop.shows("u1", "second")) == (None, "b 1 ")
    record = await shop.delivered("S1")
    assert record and record.status == "done", "nothing is waited for"
    await shop.live("a")
    await shop.waiting.look()
    assert shop.shows("u1", "main") == "a 1 "


async def test_an_editors_own_change_is_shown_and_not_overwritten(shop: Shop) -> None:
    await shop.deliver("S1", "a", "b")
    poller = shop.poller()
    await poller.turn()
    shop.pim.product("u1", "S1", values={"main": "9/9/9/9/theirs.jpg"})
    await poller.turn()
    await shop.waiting.look()
    record = await shop.delivered("S1")
    assert record and record.status == "conflict"
    (conflict,) = record.conflicts
    assert (conflict.place, conflict.found) == ("main//", "9/9/9/9/theirs.jpg")
    assert "Somebody changed it" in conflict.cause and "--overwrite S1" in conflict.cure
    await shop.deliver("S1", "c", "b")
    assert (shop.shows("u1", "main"), shop.pim.value("u1", "link")) == (
        "9/9/9/9/theirs.jpg",
        f"https://media/{asset_id('c')}/1.jpeg",
    )


async def test_what_stood_there_before_us_is_a_conflict_and_emptied_too(shop: Shop) -> None:
    shop.pim.product("u1", "S1", values={"main": "9/9/9/9/theirs.jpg"})
    record = await shop.deliver("S1", "a")
    assert record and "before we came" in record.conflicts[0].cause
    shop.pim.product("u1", "S1", values={"main": []})
    record = await shop.deliver("S1", "a", "b")
    assert record and record.conflicts == [] and shop.shows("u1", "main") == "a 1 "
    shop.pim.product("u1", "S1", values={"main": []})
    record = await shop.deliver("S1", "c", "b")
    assert record and "emptied" in record.conflicts[0].cause and shop.shows("u1", "main") is None


async def test_a_person_lets_ours_count(shop: Shop) -> None:
    shop.pim.product("u1", "S1", values={"main": "9/9/9/9/theirs.jpg"})
    await shop.deliver("S1", "a")
    await shop.world.library.put(overwrite_object("akeneo", "S1"), b"")
    await shop.waiting.look()
    record = await shop.delivered("S1")
    assert record and record.status == "done" and shop.shows("u1", "main") == "a 1 "
    before = sent(shop)
    await shop.waiting.look()
    assert sent(shop) == before


async def test_an_editor_who_swaps_two_of_ours_is_not_overwritten(shop: Shop) -> None:
    await shop.deliver("S1", "a", "b")
    main, second = shop.pim.value("u1", "main"), shop.pim.value("u1", "second")
    elsewhere = f"https://media/{asset_id('c')}/1.jpeg"
    shop.pim.product("u1", "S1", values={"main": second, "second": main, "link": elsewhere})
    record = await shop.deliver("S1", "a", "b", "c")
    assert record and record.status == "conflict" and len(record.conflicts) == 3
    assert (shop.pim.value("u1", "main"), shop.pim.value("u1", "second")) == (second, main)
    assert shop.pim.value("u1", "link") == elsewhere
    shop.pim.product("u1", "S1", values={"main": main, "second": second})
    record = await shop.deliver("S1", "a", "b")
    assert record and [one.place for one in record.conflicts] == ["link//"]


async def test_a_persons_word_waits_with_the_picture(shop: Shop) -> None:
    await shop.deliver("S1", "a")
    shop.pim.product("u1", "S1", values={"main": "9/9/9/9/theirs.jpg"})
    await shop.live("b", None)
    await shop.deliver("S1", "b")
    await shop.world.library.put(overwrite_object("akeneo", "S1"), b"")
    for _ in range(3):
        await shop.waiting.look()
    asked = shop.pim.asked.total()
    await shop.waiting.look()
    assert shop.pim.asked.total() == asked, "it waits in silence"
    await shop.live("b")
    await shop.waiting.look()
    record = await shop.delivered("S1")
    assert record and record.status == "done" and shop.shows("u1", "main") == "b 1 "
    assert await shop.world.library.listing("pim/akeneo/overwrite/") == []


async def test_a_persons_word_outlives_a_refusal(shop: Shop) -> None:
    shop.pim.product("u1", "S1", values={"main": "9/9/9/9/theirs.jpg"})
    await shop.deliver("S1", "a")
    shop.pim.troubles = [Trouble("media-files", 422, body='{"message": "too large"}')]
    await shop.world.library.put(overwrite_object("akeneo", "S1"), b"")
    await shop.waiting.look()
    record = await shop.delivered("S1")
    assert record and record.status == "failed"
    for _ in range(SLOWLY):
        await shop.waiting.look()
    record = await shop.delivered("S1")
    assert record and record.status == "done" and shop.shows("u1", "main") == "a 1 "
    assert await shop.world.library.listing("pim/akeneo/overwrite/") == []


async def test_a_thousand_changes_cause_no_echo() -> None:
    async with opened(MAIN) as shop:
        await shop.picture("a")
        await shop.picture("b")
        for number in range(100):
            shop.pim.product(f"p{number}", f"P{number}")
        poller = shop.poller()
        await poller.turn()
        await poller.turn()
        said = len(shop.world.events(PIM_EVENTS))
        for turn in range(10):
            await asyncio.gather(*(shop.deliver(f"P{number}", "ab"[turn % 2]) for number in range(100)))
        assert shop.pim.asked["POST media-files"] == 1000
        for _ in range(3):
            await poller.turn()
            await shop.waiting.look()
        assert (len(shop.world.events(PIM_EVENTS)), shop.pim.asked["POST media-files"]) == (said, 1000)


async def test_nothing_leaves_that_is_not_live_and_it_comes_by_itself(shop: Shop) -> None:
    await shop.live("a", None)
    await shop.live("b", None)
    record = await shop.deliver("S1", "a", "b")
    assert record and record.status == "waiting" and sent(shop) == 0
    asked = shop.pim.asked.total()
    await shop.waiting.look()
    assert shop.pim.asked.total() == asked
    await shop.live("a")
    await shop.waiting.look()
    assert (shop.shows("u1", "main"), shop.shows("u1", "second")) == ("a 1 ", None)
    await shop.live("b")
    await shop.waiting.look()
    record = await shop.delivered("S1")
    assert record and record.status == "done" and shop.shows("u1", "main") == "a 1 "
    assert await shop.world.library.listing("pim/akeneo/waiting/") == []


async def test_a_picture_that_is_rendered_anew_is_sent_anew(shop: Shop) -> None:
    """Somebody has set a focal point: the product's media are the same."""
    await shop.deliver("S1", "a")
    await shop.rendered("a", "closer")
    await shop.waiting.look()
    assert shop.shows("u1", "main") == "a 1 closer"


async def test_a_new_version_replaces_the_old_when_it_is_live(shop: Shop) -> None:
    await shop.deliver("S1", "a")
    await shop.rendered("a", version=2)
    await shop.deliver("S1", "a", version=2)
    assert shop.shows("u1", "main") == "a 1 "
    await shop.live("a", 2)
    await shop.waiting.look()
    assert shop.shows("u1", "main") == "a 2 "


async def test_what_others_sell_is_left_alone(shop: Shop) -> None:
    assert await shop.deliver("FROM-A-LIST", "a") is None
    shop.pim.model("M1")
    record = await shop.deliver("M1", "a")
    assert record and record.status == "done"
    assert shop.pim.media[shop.pim.models["M1"]["values"]["main"][0]["data"]] == b"a 1 "


async def test_a_product_that_has_gone_from_the_pim(shop: Shop) -> None:
    await shop.deliver("S1", "a")
    del shop.pim.products["u1"]
    record = await shop.deliver("S1", "b")
    assert record and "does not know this SKU any more" in str(record.cause) and record.places == {}
    assert await shop.world.library.listing("pim/akeneo/waiting/") == []


async def test_a_wrong_attribute_fails_alone_with_the_pims_words_and_heals_by_itself(shop: Shop) -> None:
    shop.pim.attributes = {"sku", "main", "second"}
    record = await shop.deliver("S1", "a", "b")
    assert record and record.status == "failed" and "The link attribute does not exist" in str(record.cause)
    assert shop.shows("u1", "main") == "a 1 "
    shop.pim.attributes = None
    for _ in range(SLOWLY):
        await shop.waiting.look()
    record = await shop.delivered("S1")
    assert record and record.status == "done" and shop.pim.value("u1", "link")


async def test_a_preset_that_nobody_makes_is_told(shop: Shop) -> None:
    await shop.rendered("a", preset="other")
    record = await shop.deliver("S1", "a")
    assert record and record.status == "failed" and "No rendition `web`" in str(record.cause)


async def test_a_pim_that_is_away_is_waited_for(shop: Shop) -> None:
    shop.pim.troubles = [Trouble("media-files", 503, times=100)]
    with pytest.raises(Unavailable):
        await shop.deliver("S1", "a")
    shop.pim.troubles = []
    await shop.deliver("S1", "a")
    assert shop.shows("u1", "main") == "a 1 "


async def test_what_waits_is_looked_at_when_something_changes_and_seldom_else(shop: Shop) -> None:
    await shop.live("a", None)
    await shop.deliver("S1", "a")
    stored = await shop.world.library.get(facet_object(asset_id("a"), 0, "head"))
    assert stored is not None
    live = stored.body.replace(b'"live":null', b'"live":1')
    await shop.waiting.look()
    await shop.world.library.put(facet_object(asset_id("a"), 0, "head"), live)  # and nobody told us
    for _ in range(SLOWLY - 2):
        await shop.waiting.look()
    assert sent(shop) == 0
    await shop.waiting.look()
    assert shop.shows("u1", "main") == "a 1 "


async def test_of_many_that_wait_those_come_first_that_were_not_looked_at_for_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "SOME", 5)
    async with opened(LINK) as shop:
        await shop.picture("a")
        shop.pim.attributes = {"sku"}
        for number in range(10):
            shop.pim.product(f"p{number}", f"P{number}")
            await shop.deliver(f"P{number}", "a")
        read, seen = AkeneoTarget.read, list[str]()

        async def noted(self: AkeneoTarget, sku: str) -> Held | None:
            seen.append(sku)
            return await read(self, sku)

        await shop.waiting.look()
        monkeypatch.setattr(AkeneoTarget, "read", noted)
        for _ in range(2 * SLOWLY):
            await shop.waiting.look()
        assert sorted(seen) == [f"P{number}" for number in range(10)]


async def test_a_mark_that_is_renewed_while_it_is_looked_at_stays(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.deliver("S1", "a")
    await mark(shop.world.library, "akeneo", "S1")
    read = AkeneoTarget.read

    async def meanwhile(self: AkeneoTarget, sku: str) -> Held | None:
        monkeypatch.setattr(AkeneoTarget, "read", read)
        found = await read(self, sku)
        await mark(shop.world.library, "akeneo", "S1")
        return found

    monkeypatch.setattr(AkeneoTarget, "read", meanwhile)
    await shop.waiting.look()
    assert await shop.world.library.head(waiting_object("akeneo", "S1")) is not None
    await shop.waiting.look()
    assert await shop.world.library.head(waiting_object("akeneo", "S1")) is None


async def test_our_own_error_at_one_product_stops_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.pim.product("u2", "S2")
    await shop.media("S1", "a")
    await shop.media("S2", "b")
    for sku in ("S1", "S2"):
        await mark(shop.world.library, "akeneo", sku)
    read = AkeneoTarget.read

    async def broken(self: AkeneoTarget, sku: str) -> Held | None:
        if sku == "S1":
            raise KeyError(sku)
        return await read(self, sku)

    monkeypatch.setattr(AkeneoTarget, "read", broken)
    await shop.waiting.look()
    assert shop.shows("u2", "main") == "b 1 "
    assert await shop.world.library.head(waiting_object("akeneo", "S1")) is not None


@pytest.mark.parametrize("at", ["pim.decided", "pim.delivered", "records.archived", "records.published"])
async def test_killed_between_two_steps(shop: Shop, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where other media are wanted when it comes back: what we left half done is no editor's change."""
    steps = Steps()
    install(monkeypatch, steps)
    await shop.deliver("S1", "a", "b")
    media = await shop.media("S1", "b", "a")
    steps.kill_at(at, 1)
    with pytest.raises(Killed):
        await shop.world.say(write_back(media, shop.deps))
    record = await shop.deliver("S1", "c", "b")
    assert record and (record.status, record.conflicts) == ("done", [])
    assert (shop.shows("u1", "main"), shop.shows("u1", "second")) == ("c 1 ", "b 1 ")
    assert shop.pim.value("u1", "link") == f"https://media/{asset_id('c')}/1.jpeg"


async def test_what_comes_anew_and_what_had_to_wait_send_the_same_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two doors to one product: the second sees what the first has recorded."""
    read = AkeneoTarget.read

    async def slow(target: AkeneoTarget, sku: str) -> Held | None:
        found = await read(target, sku)
        await asyncio.sleep(0.01)
        return found

    monkeypatch.setattr(AkeneoTarget, "read", slow)
    media = await shop.media("S1", "a", "b")
    await asyncio.gather(*(shop.world.say(write_back(media, shop.deps)) for _ in range(3)))
    alone = sent(shop)
    async with opened() as other:
        for name in "ab":
            await other.picture(name)
        await other.world.say(write_back(await other.media("S1", "a", "b"), other.deps))
        assert sent(other) == alone


async def test_many_changes_go_in_few_requests() -> None:
    async with opened(LINK) as shop:
        await shop.picture("a")
        for number in range(150):
            shop.pim.product(f"p{number}", f"P{number}")
        await asyncio.gather(*(shop.deliver(f"P{number}", "a") for number in range(150)))
        assert len(shop.pim.patched) == 150 and shop.pim.asked["PATCH products-uuid"] <= 20


def test_only_what_changes_what_is_shown_is_read() -> None:
    read = [f"{asset_id('a')}/1/{name}" for name in ("tags", "renditions", "links", "renditions.first")]
    kept = [
        key for key in [*read, f"{asset_id('a')}/head"] if concerns(Record("asset.metadata", 0, 0, key.encode(), b""))
    ]
    assert kept == [f"{asset_id('a')}/1/renditions", f"{asset_id('a')}/head"]
    assert concerns(Record("product.media", 0, 0, b"S1", b""))
