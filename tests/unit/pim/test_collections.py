"""Asset collections: all pictures of a product, each an asset, in the order of the shop."""

from collections.abc import AsyncIterator

import pytest

from runtime import outage
from services.pim.places import Write
from services.pim.writeback import overwrite_object
from tests.fakes.vendor import Trouble
from tests.unit.pim.shop import Shop, opened

ALL = Write(
    attribute="pictures", kind="assets", of="all", family="packshots", media="media", preset="web", owner="packshot"
)


@pytest.fixture
async def shop(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    async with opened(ALL) as found:
        for name in "abc":
            await found.picture(name)
        yield found


def shows(shop: Shop) -> list[str]:
    """Pictures of S1, by the bytes of their assets."""
    assets = shop.pim.assets["packshots"]
    codes = shop.pim.value("u1", "pictures") or []
    return [shop.pim.media[assets[code]["values"]["media"][0]["data"]].decode().split()[0] for code in codes]


async def test_all_pictures_in_their_order(shop: Shop) -> None:
    record = await shop.deliver("S1", "a", "b", "c")
    assert record and record.status == "done" and shows(shop) == ["a", "b", "c"]
    uploaded = shop.pim.asked["POST asset-media-files"]
    await shop.deliver("S1", "c", "a")
    assert shows(shop) == ["c", "a"] and uploaded == shop.pim.asked["POST asset-media-files"] == 3
    patched = len(shop.pim.patched)
    await shop.deliver("S1", "c", "a")
    assert len(shop.pim.patched) == patched  # the same again sends nothing


async def test_two_pictures_of_the_same_bytes_are_one_asset(shop: Shop) -> None:
    record = await shop.deliver("S1", "a", "b", "a")
    assert record and record.status == "done" and shows(shop) == ["a", "b"]


async def test_what_is_unlinked_goes(shop: Shop) -> None:
    await shop.deliver("S1", "a", "b")
    record = await shop.deliver("S1", removed=True)
    assert record and record.status == "done" and shop.pim.value("u1", "pictures") is None


async def test_a_lost_record_repeats_nothing(shop: Shop) -> None:
    await shop.deliver("S1", "a", "b")
    patched = len(shop.pim.patched)
    await shop.world.library.delete("deliveries/akeneo/S1.json")
    record = await shop.deliver("S1", "a", "b")
    assert record and record.status == "done" and len(shop.pim.patched) == patched
    await shop.deliver("S1", "b")
    assert shows(shop) == ["b"]


async def test_what_an_editor_added_is_a_conflict_until_somebody_says_ours(shop: Shop) -> None:
    await shop.deliver("S1", "a")
    shop.pim.assets["packshots"]["mood"] = {"code": "mood", "values": {}}
    mine = shop.pim.value("u1", "pictures")
    theirs = [{"locale": None, "scope": None, "data": [*mine, "mood"]}]
    shop.pim.product("u1", "S1", values={"pictures": theirs})
    record = await shop.deliver("S1", "a", "b")
    assert record and record.status == "conflict" and record.conflicts[0].found == ",".join([*mine, "mood"])
    assert shop.pim.value("u1", "pictures") == [*mine, "mood"]
    await shop.world.library.put(overwrite_object("akeneo", "S1"), b"")
    await shop.waiting.look()
    assert shows(shop) == ["a", "b"]


async def test_a_collection_waits_for_the_last_of_its_pictures(shop: Shop) -> None:
    await shop.rendered("late")
    record = await shop.deliver("S1", "a", "late")
    assert record and record.status == "waiting" and shop.pim.value("u1", "pictures") is None
    await shop.live("late")
    await shop.waiting.look()
    assert shows(shop) == ["a", "late"]
    await shop.picture("late", "brighter")  # its focal point, say: the second picture's change is noticed too
    await shop.waiting.look()
    codes = shop.pim.value("u1", "pictures")
    assert len(set(codes)) == 2 and len(shop.pim.assets["packshots"]) == 3


async def test_what_akeneo_refuses_is_told_in_its_words_and_tried_again(shop: Shop) -> None:
    shop.pim.assets["other"] = shop.pim.assets.pop("packshots")
    record = await shop.deliver("S1", "a")
    assert record and record.status == "failed" and "Asset family packshots does not exist" in str(record.cause)
    shop.pim.assets["packshots"] = shop.pim.assets.pop("other")
    shop.pim.troubles = [Trouble("asset-media-files", 503, times=1)]
    record = await shop.deliver("S1", "a")
    assert record and record.status == "done" and shows(shop) == ["a"]


@pytest.mark.parametrize("change", [[1, 0], [0]], ids=["reorder", "removal"])
async def test_an_editors_order_of_our_own_pictures_is_shown_and_not_overwritten(shop: Shop, change: list[int]) -> None:
    await shop.deliver("S1", "a", "b")
    mine = shop.pim.value("u1", "pictures")
    theirs = [mine[at] for at in change]
    shop.pim.product("u1", "S1", values={"pictures": [{"locale": None, "scope": None, "data": theirs}]})
    record = await shop.deliver("S1", "a", "b", "c")
    assert record and record.status == "conflict" and record.conflicts[0].found == ",".join(theirs)
    assert shop.pim.value("u1", "pictures") == theirs
    await shop.world.library.put(overwrite_object("akeneo", "S1"), b"")
    await shop.waiting.look()
    assert shows(shop) == ["a", "b", "c"]
