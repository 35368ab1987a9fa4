"""A shoot by codes, on a real database: whatever comes first, the frames after a code are its product's."""

import os
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from runtime.broker import Record
from runtime.projection import Change
from schemas.facet import Facet
from schemas.product import Product
from services.linker.filling import Filling
from tests.integration.linker_view import emptied, product
from tests.integration.shoot import Shoot
from tests.unit.linker.test_luma import Shop

pytestmark = pytest.mark.broker
Frames = Sequence[tuple[str, str]]
"""Name of a frame and what its code says, or ""."""
TWO = [("0001", "RED"), ("0002", ""), ("0003", ""), ("0004", "BLUE"), ("0005", ""), ("0006", "BLUE")]


@pytest.fixture
async def shoot(postgres: str) -> AsyncIterator[Shoot]:
    database = await emptied(postgres)
    yield Shoot(database)
    await database.close()


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_comes_first_the_frames_after_a_code_are_its_products(shoot: Shoot, seed: int) -> None:
    told: list[Facet | Product] = [product("RED"), product("BLUE")]
    told += [shoot.file(name) for name, _ in TWO] + [shoot.read(name, code) for name, code in TWO if code]
    random.Random(seed).shuffle(told)
    await shoot.hear(*told)
    assert await shoot.links() == {
        "0001": [("RED", "code-frame")],
        "0002": [("RED", "main")],
        "0003": [("RED", "main")],
        "0004": [("BLUE", "code-frame")],
        "0005": [("BLUE", "main")],
        "0006": [("BLUE", "main")],  # the package, photographed at the end
    }
    assert await shoot.shown("RED") == {"0002", "0003"}
    assert await shoot.shown("BLUE") == {"0005", "0006"}


async def told(shoot: Shoot, frames: Frames) -> dict[str, list[tuple[str, str]]]:
    await shoot.hear(product("RED"), product("BLUE"), *(shoot.file(name) for name, _ in frames))
    await shoot.hear(*(shoot.read(name, code) for name, code in frames))
    return await shoot.links()


async def test_where_packages_come_last_they_name_only_themselves(shoot: Shoot) -> None:
    found = await told(shoot, [("0001", ""), ("0002", "RED"), ("0003", ""), ("0004", "BLUE")])
    assert found == {"0001": [], "0002": [("RED", "main")], "0003": [], "0004": [("BLUE", "main")]}


async def test_packages_alone_are_pictures_and_no_code_frames(shoot: Shoot) -> None:
    found = await told(shoot, [("0001", "RED"), ("0002", "BLUE")])
    assert found == {"0001": [("RED", "main")], "0002": [("BLUE", "main")]}


async def test_a_code_that_no_product_has_names_nobody(shoot: Shoot) -> None:
    assert await told(shoot, [("0001", "GREEN-9"), ("0002", "")]) == {"0001": [], "0002": []}
    await shoot.hear(product("GREEN-9"))
    assert await shoot.links() == {"0001": [("GREEN-9", "code-frame")], "0002": [("GREEN-9", "main")]}


async def test_a_code_that_was_misread_is_taken_back(shoot: Shoot) -> None:
    await told(shoot, TWO)
    await shoot.hear(shoot.read("0004", "", revision=2), shoot.read("0006", "", revision=2))
    found = await shoot.links()
    assert {name: [sku for sku, _ in links] for name, links in found.items()} == {name: ["RED"] for name in found}


async def test_a_name_that_says_more_is_believed(shoot: Shoot) -> None:
    await shoot.hear(
        product("RED"), product("BLUE"), shoot.file("0001"), shoot.file("0002_BLUE"), shoot.read("0001", "RED")
    )
    assert (await shoot.links())["0002_BLUE"] == [("BLUE", "main")]


CODED = {"0001": [("RED", "code-frame")], "0002": [("RED", "main")], "0003": [("RED", "main")]}


async def test_when_a_code_frame_is_purged_the_frames_after_it_let_go(shoot: Shoot) -> None:
    assert await told(shoot, [("0001", "RED"), ("0002", ""), ("0003", "")]) == CODED
    await shoot.forget("0001", "file", "tags.later", "links")
    found = await shoot.links()
    assert (found["0002"], found["0003"]) == ([], [])


async def test_when_a_code_frame_is_moved_it_speaks_where_it_is(shoot: Shoot) -> None:
    await told(shoot, [("0001", "RED"), ("0002", ""), ("0003", "")])
    away = shoot.file("0001").model_copy(update={"revision": 2})
    away.data["key"] = "elsewhere/IMG_0001.jpg"
    await shoot.hear(away)
    assert await shoot.links() == {"0001": [("RED", "main")], "0002": [], "0003": []}
    back = shoot.file("0001").model_copy(update={"revision": 3})
    await shoot.hear(back)
    assert await shoot.links() == CODED


@pytest.mark.media
@pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA names the folder of real media")
async def test_a_shop_as_camera_counters_with_a_code_before_each_colour(shoot: Shoot) -> None:
    shop = Shop(Path(os.environ["PACKSHOT_MEDIA"]) / "luma")
    listed = [
        Product(
            system="csv", kind=one.kind, id=one.sku, sku=one.sku, name=one.name, gtin=one.gtin, parent=one.parent,
            axes=dict(one.axes), revision=1, written=shoot.view.file().written,
        )
        for one in shop.products
    ]  # fmt: skip
    colours: dict[str, list[str]] = {}
    for file in shop.first:
        colours.setdefault(file.partition("_")[0], []).append(file)
    messages, true, number = [], {}, 0
    for pictures in colours.values():
        number += 1
        messages += [shoot.file(f"{number:04}"), shoot.read(f"{number:04}", shop.by_sku[shop.first[pictures[0]]].gtin)]
        for file in pictures:
            number += 1
            messages.append(shoot.file(f"{number:04}"))
            true[f"{number:04}"] = {sku for sku, shown in shop.variants if shown == file}
    async with shoot.view.database.transaction() as db:
        await Filling().apply(db, [Change(Record("", 0, 0, b"", b""), one) for one in (*listed, *messages)])
    await shoot.settle()
    found = await shoot.links()
    variants = {name: {sku for sku, _ in links if shop.by_sku[sku].kind == "product"} for name, links in found.items()}
    assert sum(variants[name] == skus for name, skus in true.items()) >= 0.95 * len(true)
