"""A linker that was suspended between its reading and its writing: what others wrote meanwhile stays."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import pytest

from runtime.database import Database
from runtime.deliver import Saying, say_all, until_current
from runtime.fence import Outdated
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.links import Evidence, Link, LinksFacet
from schemas.product import Product, ProductMedia
from schemas.topics import ASSET_METADATA, PRODUCT_MEDIA
from schemas.work import LinkRequest, MediaRequest
from services.linker import asset_rows, link_rows
from services.linker.ddl import SCHEMA, ddl
from services.linker.evidence import keys_of
from services.linker.filling import evidence_of
from services.linker.handler import Deps, link
from services.linker.product_media import media
from services.linker.product_rows import put_products
from services.linker.warm import Warmth
from tests.fakes.world import World

pytestmark = pytest.mark.broker
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Warm:
    """The view is full."""

    async def wait(self) -> None:
        """At once."""


@dataclass
class Linking:
    """The handlers on a real view."""

    world: World
    deps: Deps
    asset: str

    async def product(self, sku: str) -> None:
        """The view learns of a product."""
        product = Product(system="csv", kind="product", id=sku, sku=sku, name=sku, revision=1, written=AT)
        async with self.deps.database.transaction() as db:
            await put_products(db, [product])

    async def file(self, key: str, version: int = 1) -> None:
        """The view learns of a picture."""
        file = FileFacet(bucket="inbox", key=key, arrived=AT)
        facet = Facet(
            asset_id=self.asset, version=version, facet="file", revision=1, status="done", written=AT,
            data=file.model_dump(mode="json"),
        )  # fmt: skip
        async with self.deps.database.transaction() as db:
            await asset_rows.put_asset(db, facet, file, keys_of(evidence_of(file)))

    async def linked(self, revision: int, *skus: str) -> None:
        """The view learns of links."""
        seen = [Evidence(kind="filename", detail="")]
        links = LinksFacet(links=[Link(sku=sku, role="main", confidence=1.0, evidence=seen) for sku in skus])
        facet = Facet(
            asset_id=self.asset, version=1, facet="links", revision=revision, status="done", written=AT,
            data=links.model_dump(mode="json"),
        )  # fmt: skip
        async with self.deps.database.transaction() as db:
            await link_rows.put_links(db, facet, links)

    def link(self) -> Saying:
        """One delivery of a request for links."""
        return link(LinkRequest(asset_id=self.asset), self.deps)

    def media(self) -> Saying:
        """One delivery of a request for media."""
        return media(MediaRequest(sku="RED"), self.deps)

    def links_said(self) -> list[list[str]]:
        """SKUs of every links facet on the topic."""
        said = self.world.said(ASSET_METADATA, Facet)
        return [[one.sku for one in LinksFacet.model_validate(facet.data).links] for facet in said]

    def media_said(self) -> list[list[str]]:
        """Assets of all media on the topic."""
        return [[item.asset_id for item in found.items] for found in self.world.said(PRODUCT_MEDIA, ProductMedia)]


@pytest.fixture
async def linking(postgres: str) -> AsyncIterator[Linking]:
    database, world = Database(postgres), World()
    await database.make(SCHEMA, ddl())
    async with database.transaction() as db:
        await db.execute(
            "TRUNCATE linker.product, linker.product_key, linker.asset, linker.asset_key, linker.link, linker.linked, "
            "linker.head, linker.curation"
        )
    yield Linking(world, Deps(database, cast(Warmth, Warm()), world.library), str(uuid4()))
    await database.close()


async def test_links_that_others_found_stay(linking: Linking) -> None:
    await linking.file("RED_main.jpg")
    zombie = linking.link()
    said = await zombie.asend(None)  # it has read, found nothing, and is suspended
    await linking.product("RED")
    await linking.world.say(linking.link())
    with pytest.raises(Outdated):
        await linking.world.emit(said)
    await zombie.aclose()
    await until_current(lambda: say_all(linking.link(), linking.world.emit))
    assert linking.links_said() == [["RED"], ["RED"]]


async def test_a_version_that_came_between_two_looks_is_left_to_its_own_request(
    linking: Linking, monkeypatch: pytest.MonkeyPatch
) -> None:
    await linking.product("RED")
    await linking.file("other.jpg")

    async def older(db: object, asset_id: str) -> list[int]:
        monkeypatch.undo()
        await linking.file("RED_main.jpg", version=2)
        return [1]

    monkeypatch.setattr(asset_rows, "versions_of", older)
    await until_current(lambda: say_all(linking.link(), linking.world.emit))
    assert [facet.version for facet in linking.world.said(ASSET_METADATA, Facet)] == [1]
    await until_current(lambda: say_all(linking.link(), linking.world.emit))
    assert [facet.version for facet in linking.world.said(ASSET_METADATA, Facet)] == [1, 1, 2]
    assert linking.links_said() == [[], [], ["RED"]]


async def test_media_that_others_put_together_stay(linking: Linking) -> None:
    await linking.product("RED")
    await linking.linked(1)
    zombie = linking.media()
    said = await zombie.asend(None)
    await linking.linked(2, "RED")
    await linking.world.say(linking.media())
    with pytest.raises(Outdated):
        await linking.world.emit(said)
    await zombie.aclose()
    await until_current(lambda: say_all(linking.media(), linking.world.emit))
    assert linking.media_said() == [[linking.asset], [linking.asset]]
