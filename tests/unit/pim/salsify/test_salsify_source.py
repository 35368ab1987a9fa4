"""What Salsify's products become, parents and variants above all."""

import asyncio

import pytest

from runtime import outage
from runtime.objects import Stored
from runtime.outage import Unavailable
from schemas.product import Product
from services.pim.flat import FlatMapping
from services.pim.rest import Rest
from services.pim.salsify.source import Salsify
from services.pim.source import NotAllowed
from tests.fakes.salsify import FakeSalsify, served
from tests.fakes.vendor import Trouble
from tests.unit.pim.polling import salsify

ASSET = {
    "salsify:id": "8d53", "salsify:url": "http://images.salsify.com/image/upload/s--u92--/u4.jpg",
    "salsify:name": "Roller", "salsify:filename": "roller_front.jpg",
}  # fmt: skip
SIDE = {"salsify:id": "77aa", "salsify:name": "roller_side.png"}
NAMELESS = {"salsify:id": "0c0c", "salsify:status": "failed"}


@pytest.fixture
def pim(monkeypatch: pytest.MonkeyPatch) -> FakeSalsify:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    found = FakeSalsify()
    found.product("MCS269", **{"Product Name": "Jetsetter", "Color": "all"})
    found.product(
        "102918",
        "MCS269",
        **{
            "Product Name": {"en-US": "Carry On Roller", "de-DE": "Rollkoffer"},
            "UPC": "143287212916",
            "Color": "Purple",
            "Main Image": "8d53",
            "Gallery": ["77aa", "8d53", "0c0c"],
            "Local Image": {"en-US": "8d53", "de-DE": ["77aa"]},
            "Failed": "0c0c",
            "Active Date": ["2015-05-01", "2017-10-17"],
            "Vegan": True,
            "Length": 54.0,
            "Nothing": None,
            "salsify:digital_assets": [ASSET, SIDE, NAMELESS],
        },
    )
    return found


async def read(pim: FakeSalsify, file: FlatMapping | None = None) -> dict[str, Product]:
    async with salsify(pim, file) as stage:
        await stage.poller().turn()
        return await stage.products()


async def test_a_variant_and_its_model(pim: FakeSalsify) -> None:
    found = await read(pim)
    variant, model = found["salsify/product/102918"], found["salsify/model/MCS269"]
    assert (variant.sku, variant.parent, variant.gtin) == ("102918", "MCS269", "143287212916")
    assert (variant.name, variant.axes) == ("Carry On Roller", {"color": "Purple"})
    assert variant.attributes == {
        "Product ID": "102918", "Active Date": "2015-05-01, 2017-10-17", "Vegan": "yes", "Length": "54",
        "Main Image": "roller_front.jpg", "Gallery": "roller_side.png, roller_front.jpg",
        "Local Image": "roller_front.jpg, roller_side.png",
    }  # fmt: skip
    assert variant.files == ["roller_front.jpg", "roller_side.png"] and model.files == []
    assert (model.name, model.gtin, model.axes, model.attributes["color"]) == ("Jetsetter", "", {}, "all")
    assert set(found) == {"salsify/product/102918", "salsify/model/MCS269"}


async def test_by_a_mapping_of_ones_own(pim: FakeSalsify) -> None:
    given = {"locale": "de-DE", "gtin": "EAN", "axes": {"length": "Length"}, "attributes": ["Vegan"]}
    pim.product("102918", EAN="4006381333931")
    variant = (await read(pim, FlatMapping.model_validate(given)))["salsify/product/102918"]
    assert (variant.name, variant.gtin) == ("Rollkoffer", "4006381333931")
    assert (variant.axes, variant.attributes) == ({"color": "Purple", "length": "54"}, {"Vegan": "yes"})


async def test_a_product_that_gets_its_first_variant_becomes_a_model(pim: FakeSalsify) -> None:
    pim.product("BAG", **{"Product Name": "Bag"})
    async with salsify(pim) as stage:
        await stage.poller().turn()
        pim.product("BAG-RED", "BAG")
        await stage.poller().turn()  # another process, which asks for what has changed
        found = await stage.products()
        assert (found["salsify/product/BAG"].status, found["salsify/model/BAG"].status) == ("removed", "active")
        assert found["salsify/model/BAG"].name == "Bag" and found["salsify/product/BAG-RED"].parent == "BAG"


async def test_a_model_without_variants_is_a_product_again_with_the_next_of_all(pim: FakeSalsify) -> None:
    for number in range(60):
        pim.product(f"S{number}")
    async with salsify(pim) as stage:
        poller = stage.poller()
        await poller.turn()
        await stage.products()
        pim.destroy("102918")
        await poller.turn()
        assert (await stage.products())["salsify/model/MCS269"].status == "active"
        stage.world.later(3601)
        await poller.turn()
        polled = await stage.polled()
        assert polled and polled.held  # two of 62 are more than 2 %
        stage.pim.product("S1", Brand="North")
        for number in range(60, 120):
            pim.product(f"S{number}")
        stage.world.later(3601)
        await poller.turn()
        found = await stage.products()
        assert (found["salsify/model/MCS269"].status, found["salsify/product/MCS269"].status) == ("removed", "active")
        assert found["salsify/product/102918"].status == "removed"


async def test_who_starts_again_knows_who_is_a_model(pim: FakeSalsify) -> None:
    async with salsify(pim) as stage:
        await stage.poller().turn()
        await stage.products()
        pim.product("MCS269", **{"Product Name": "Jetsetter II"})
        async with served(pim) as access, Rest(access) as rest:
            stage.source = Salsify(rest, FlatMapping(), stage.world.library)
            await stage.poller().turn()
            found = await stage.products()
        assert found["salsify/model/MCS269"].name == "Jetsetter II" and "salsify/product/MCS269" not in found


async def test_webhooks_that_come_at_once_after_a_start_know_the_models_too(
    pim: FakeSalsify, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with salsify(pim) as stage:
        await stage.poller().turn()
        await stage.products()
        get = stage.world.library.get

        async def slow(key: str) -> Stored | None:
            await asyncio.sleep(0.01)
            return await get(key)

        monkeypatch.setattr(stage.world.library, "get", slow)
        async with served(pim) as access, Rest(access) as rest:
            source = Salsify(rest, FlatMapping(), stage.world.library)
            kinds = await asyncio.gather(*(source.kind_of("MCS269") for _ in range(3)))
        assert kinds == ["model"] * 3


async def test_its_limit_is_waited_for_or_asked_about_later(pim: FakeSalsify) -> None:
    pim.troubles = [Trouble("products", 429, headers={"X-RateLimit-Reset": "1"})]
    assert "salsify/product/102918" in await read(pim)
    pim.troubles = [Trouble("products", 429, headers={"X-RateLimit-Reset": "1800"})]
    with pytest.raises(Unavailable, match="its limit is used up for 1800 s"):
        await read(pim)
    assert pim.asked["products"] == 5  # and not six times of one try


async def test_a_key_that_does_not_hold_is_told_with_its_cure(pim: FakeSalsify) -> None:
    pim.troubles = [Trouble("products", 401, body="Unauthorized")]
    with pytest.raises(NotAllowed, match=r"401 .*Unauthorized.*PACKSHOT_SALSIFY_ORGANISATION"):
        await read(pim)


async def test_pages_that_lead_in_a_circle_or_are_none(pim: FakeSalsify) -> None:
    circle = '{"data": [], "meta": {"cursor": "x"}}'
    for body, said in ((circle, "circle"), ("[]", "without data"), ('{"data": [', "no JSON")):
        pim.troubles = [Trouble("products", 200, times=9, body=body)]
        with pytest.raises(Unavailable, match=said):
            await read(pim)


async def test_a_product_that_cannot_be_read_stops_no_other(pim: FakeSalsify) -> None:
    pim.product("BAD")["salsify:digital_assets"] = 7
    async with salsify(pim) as stage:
        await stage.poller().turn()
        polled = await stage.polled()
        assert polled and "product BAD cannot be read" in polled.problems[0]
        assert await stage.active() == ["102918"] and await stage.active("model") == ["MCS269"]
