"""What Akeneo's products, models, families and categories become."""

from typing import Any

import pytest

from schemas.product import Product
from services.pim.akeneo.mapping import Mapping
from services.pim.places import Write
from tests.fakes.akeneo import FakeAkeneo
from tests.unit.pim.polling import akeneo

AXES = [
    {"level": 2, "axes": ["size"], "attributes": ["sku"]},
    {"level": 1, "axes": ["upper"], "attributes": ["name"]},
]


@pytest.fixture
def pim() -> FakeAkeneo:
    found = FakeAkeneo()
    found.categories |= {
        "shoes": {"code": "shoes", "parent": "master", "labels": {"en_US": "Shoes"}},
        "running": {"code": "running", "parent": "shoes", "labels": {"de_DE": "Laufen", "en_US": "Running"}},
        "sale": {"code": "sale", "parent": "master", "labels": {}},
    }
    found.variants["shoes"] = [{"code": "by_colour_and_size", "variant_attribute_sets": AXES}]
    found.model("trainer", values={"name": "Trainer"}, family_variant="by_colour_and_size")
    found.model("trainer_red", parent="trainer")
    return found


def option(code: str, **labels: str) -> list[dict[str, Any]]:
    linked = {"attribute": "x", "code": code, "labels": labels}
    return [{"locale": None, "scope": None, "data": code, "linked_data": linked}]


VALUES = {
    "name": [
        {"locale": "de_DE", "scope": None, "data": "Turnschuh"},
        {"locale": "en_US", "scope": None, "data": "Trainer, red"},
    ],
    "ean": "4006381333931",
    "upper": option("lth", en_US="Leather", de_DE="Leder"),
    "size": "42",
    "main_color": option("red", en_US="Red"),
    "weight": [{"locale": None, "scope": None, "data": {"amount": "0.4000", "unit": "KILOGRAM"}}],
    "price": [{"locale": None, "scope": None, "data": [{"amount": "15.5", "currency": "EUR"}]}],
    "vegan": True,
    "seasons": ["spring", "autumn"],
    "nothing": None,
}
SEASONS: list[dict[str, Any]] = [{"locale": None, "scope": None, "data": ["spring", "autumn"], "linked_data": {}}]


async def read(pim: FakeAkeneo, file: Mapping | None = None) -> dict[str, Product]:
    async with akeneo(pim, file) as stage:
        await stage.poller().turn()
        return await stage.products()


async def test_a_variant(pim: FakeAkeneo) -> None:
    more = {**VALUES, "seasons": SEASONS}
    pim.product("u1", "T-RED-42", parent="trainer_red", categories=["sale", "running"], values=more)
    found = (await read(pim))["akeneo/product/u1"]
    assert (found.sku, found.gtin, found.name, found.parent) == (
        "T-RED-42",
        "4006381333931",
        "Trainer, red",
        "trainer_red",
    )
    assert found.axes == {"upper": "Leather", "size": "42", "color": "Red"}
    assert found.category == "Shoes/Running"
    assert found.attributes == {
        "family": "shoes", "weight": "0.4000 KILOGRAM", "price": "15.5 EUR", "vegan": "yes",
        "seasons": "spring, autumn",
    }  # fmt: skip


async def test_models_families_and_categories(pim: FakeAkeneo) -> None:
    found = await read(pim)
    root, sub = found["akeneo/model/trainer"], found["akeneo/model/trainer_red"]
    assert (root.sku, root.name, root.parent) == ("trainer", "Trainer", "")
    assert (sub.sku, sub.parent) == ("trainer_red", "trainer")
    assert found["akeneo/family/shoes"].name == "Shoes"
    assert found["akeneo/category/running"].category == "Shoes/Running"


async def test_by_a_mapping_of_ones_own(pim: FakeAkeneo) -> None:
    file = Mapping.model_validate(
        {
            "sku": "article", "gtin": "code_13", "name": "title", "locale": "de_DE", "channel": "print",
            "axes": {"material": "upper"}, "attributes": ["vegan"],
        }
    )  # fmt: skip
    titles = [
        {"locale": "de_DE", "scope": "web", "data": "kurz"},
        {"locale": "fr_FR", "scope": "print", "data": "autre"},
        {"locale": "de_DE", "scope": "print", "data": "lang"},
    ]
    more = {**VALUES, "article": "A-1", "code_13": "4006381333948", "title": titles}
    pim.product("u1", "", parent="trainer_red", values=more)
    found = (await read(pim, file))["akeneo/product/u1"]
    assert (found.sku, found.gtin, found.name) == ("A-1", "4006381333948", "lang")
    assert found.axes == {"material": "Leder", "size": "42", "color": "red"}
    assert found.attributes == {"family": "shoes", "vegan": "yes"}


async def test_what_we_write_there_is_no_word_of_the_product(pim: FakeAkeneo) -> None:
    write = Write(attribute="picture", kind="image", of="main", preset="web", owner="packshot")
    pim.product("u1", "S1", values={"picture": "a/b/c.jpg", "colour": "Red"})
    found = (await read(pim, Mapping(write=(write,))))["akeneo/product/u1"]
    assert (found.attributes, found.axes) == ({"family": "shoes"}, {"color": "Red"})


async def test_a_variant_changes_with_its_model(pim: FakeAkeneo) -> None:
    """Its own time of change stays."""
    pim.product("u1", "S1", parent="trainer_red", values={"brand": "North"})
    async with akeneo(pim) as stage:
        poller = stage.poller()
        await poller.turn()
        pim.clock = pim.clock.replace(hour=20)
        pim.products["u1"]["values"]["brand"][0]["data"] = "South"  # inherited: the product itself was not saved
        pim.model("trainer", values={"brand": "South"})
        await poller.turn()
        assert (await stage.products())["akeneo/product/u1"].attributes["brand"] == "South"


async def test_an_unknown_category_is_asked_for(pim: FakeAkeneo) -> None:
    async with akeneo(pim) as stage:
        poller = stage.poller()
        await poller.turn()
        pim.categories["boots"] = {"code": "boots", "parent": "shoes", "labels": {"en_US": "Boots"}}
        pim.product("u1", "S1", categories=["boots"])
        await poller.turn()
        found = await stage.products()
        assert found["akeneo/product/u1"].category == "Shoes/Boots" and "akeneo/category/boots" in found


async def test_what_is_wrong_in_the_pim_is_told(pim: FakeAkeneo) -> None:
    pim.product("u1", "S1", values={"ean": "4006381333931"})
    pim.product("u2", "S2", values={"ean": "04006381333931"})
    pim.product("u3", "S3", values={"ean": "4006381333932"})
    pim.product("u4", "")
    async with akeneo(pim) as stage:
        await stage.poller().turn()
        polled = await stage.polled()
        assert polled is not None
        assert [line.partition(".")[0] for line in polled.problems] == [
            "The GTIN 04006381333931 belongs to S1 and to S2",
            "S3: The check digit of GTIN 4006381333932 is 2 and should be 1",
            "Product u4 has no sku: no picture can be meant for it",
        ]
        assert await stage.active() == ["S1", "S2", "S3"]


async def test_one_product_that_loses_its_sku_goes_and_comes_back_with_it(pim: FakeAkeneo) -> None:
    pim.product("u1", "S1")
    async with akeneo(pim) as stage:
        poller = stage.poller()
        await poller.turn()
        pim.products["u1"]["values"] = {}
        pim.product("u1", "")
        await poller.turn()
        assert await stage.active() == []
        pim.product("u1", "S1")
        await poller.turn()
        assert await stage.active() == ["S1"]


async def test_a_product_that_cannot_be_read_stops_no_other(pim: FakeAkeneo) -> None:
    pim.product("u1", "S1")
    pim.product("u2", "S2")
    pim.product("u3", "S3", values={"note": "long " * 100, **{f"more_{number}": "x" for number in range(300)}})
    async with akeneo(pim) as stage:
        poller = stage.poller()
        await poller.turn()
        pim.product("u1", "S1")["values"] = "broken"
        pim.product("u2", "S2", values={"name": "Boot"})
        await poller.turn()
        found = await stage.products()
        assert (found["akeneo/product/u2"].name, found["akeneo/product/u1"].status) == ("Boot", "active")
        stage.world.later(3601)
        await poller.turn()
        polled = await stage.polled()
        assert polled and "product u1 cannot be read" in polled.problems[0]
        assert await stage.active() == ["S1", "S2", "S3"]
        assert len(found["akeneo/product/u3"].attributes) == 201


async def test_a_category_that_is_hidden_from_us_is_asked_for_once(pim: FakeAkeneo) -> None:
    pim.product("u1", "S1", categories=["secret", "running"])
    async with akeneo(pim) as stage:
        poller = stage.poller()
        await poller.turn()
        asked = pim.asked["GET families"]
        for _ in range(3):
            await poller.turn()
        assert pim.asked["GET families"] == asked
        assert (await stage.products())["akeneo/product/u1"].category == "Shoes/Running"
