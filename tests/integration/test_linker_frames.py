"""A shoot by codes, on a real database: whatever comes first, the frames after a code are its product's."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from runtime.broker import Record
from runtime.database import Database
from runtime.deliver import Place
from runtime.projection import Change
from runtime.publisher import Outgoing
from schemas.facet import Facet
from schemas.links import LinksFacet
from schemas.product import Product, ProductMedia, media_object
from schemas.topics import LINK_REQUESTS
from schemas.work import LinkRequest, MediaRequest
from services.linker.filling import Asking, Filling
from services.linker.handler import link
from services.linker.product_media import media
from tests.integration.linker_view import View, emptied, product
from tests.unit.linker.test_luma import Shop

pytestmark = pytest.mark.broker
Frames = Sequence[tuple[str, str]]
"""Name of a frame and what its code says, or ""."""
TWO = [("0001", "RED"), ("0002", ""), ("0003", ""), ("0004", "BLUE"), ("0005", ""), ("0006", "BLUE")]


class Shoot:
    """Frames of one folder, told to the linker's view in any order, and asked until nothing is left to ask."""

    def __init__(self, database: Database) -> None:
        self.view = View(database)
        self.ids: dict[str, str] = {}
        self.asking = Asking(database, self._asked, asyncio.Event())
        self.requests: list[Outgoing] = []

    async def _asked(self, request: Outgoing) -> Place | None:
        self.requests.append(request)
        return None

    def file(self, name: str, taken: str = "") -> Facet:
        """Its `file` facet."""
        self.view.asset = self.ids.setdefault(name, f"00000000-0000-4000-8000-{len(self.ids):012}")
        return self.view.file(key=f"shoot/IMG_{name}.jpg", embedded={"taken": taken} if taken else {})

    def read(self, name: str, code: str, revision: int = 1) -> Facet:
        """Its `tags.later` facet."""
        self.file(name)
        codes = [{"format": "code-128", "text": code}] if code else []
        return self.view.facet("tags.later", {"barcodes": codes}, revision=revision)

    async def hear(self, *messages: Facet | Product) -> None:
        """One after another; each may be the last for a while, so all that it touches is asked."""
        for message in messages:
            async with self.view.database.transaction() as db:
                await Filling().apply(db, [Change(Record("", 0, 0, b"", b""), message)])
            await self.settle()

    async def settle(self) -> None:
        """Answer until nobody asks."""
        while True:
            await self.asking._ask()
            asked, self.requests = self.requests, []
            if not asked:
                return
            for one in asked:
                if one.topic is LINK_REQUESTS:
                    assert isinstance(one.data, LinkRequest)
                    await self._link(one.data)

    async def _link(self, request: LinkRequest) -> None:
        await self.view.world.say(link(request, self.view.deps))
        said = await self.view.world.facet(request.asset_id, 1, "links")
        if said is None:
            return  # a reading whose file nobody has told yet
        async with self.view.database.transaction() as db:
            await Filling().apply(db, [Change(Record("", 0, 0, b"", b""), said)])

    async def links(self) -> dict[str, list[tuple[str, str]]]:
        """Frame → SKU and role of its links."""
        found = {}
        for name, asset_id in self.ids.items():
            facet = await self.view.world.facet(asset_id, 1, "links")
            links = LinksFacet.model_validate(facet.data).links if facet else []
            found[name] = [(one.sku, one.role) for one in links]
        return found

    async def shown(self, sku: str) -> set[str]:
        """Frames among a SKU's media."""
        await self.view.world.say(media(MediaRequest(sku=sku), self.view.deps))
        stored = await self.view.world.library.get(media_object(sku))
        assert stored
        shown = {item.asset_id for item in ProductMedia.model_validate_json(stored.body).items}
        return {name for name, asset_id in self.ids.items() if asset_id in shown}


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
    for pictures in list(colours.values())[::4]:
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
