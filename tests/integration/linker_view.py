"""The linker's view without its consumer, its handlers, and a few records to fill it with."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4

from runtime.broker import Record
from runtime.database import Database
from runtime.projection import Change
from schemas.decision import Fact
from schemas.facet import UNVERSIONED, Facet
from schemas.links import LinksFacet
from schemas.product import ORDER, PRODUCT, Product, ProductMedia
from schemas.topics import ASSET_METADATA, PRODUCT_MEDIA
from schemas.work import LinkRequest, MediaRequest
from services.linker import asset_rows, rebuild
from services.linker.candidate_rows import candidates
from services.linker.ddl import SCHEMA, ddl
from services.linker.filling import Filling
from services.linker.handler import Deps, link
from services.linker.product_media import media
from services.linker.product_rows import asked_keys
from services.linker.warm import Warmth
from tests.fakes.world import World

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Warm:
    """The view is full."""

    async def wait(self) -> None:
        """At once."""


class View:
    """The linker's projection without its consumer, and its handlers."""

    def __init__(self, database: Database) -> None:
        self.database, self.world, self.asset = database, World(), str(uuid4())
        self.deps = Deps(database, cast(Warmth, Warm()), self.world.library)

    async def hear(self, *messages: Facet | Product | Fact) -> set[tuple[str, str]]:
        """Rows of these, and what they touch."""
        records = [Change(Record("", 0, 0, b"", b""), message) for message in messages]
        async with self.database.transaction() as db:
            await db.execute("DELETE FROM linker.todo")
            await Filling().apply(db, records)
            return {(row["kind"], row["id"]) for row in await db.fetch("SELECT kind, id FROM linker.todo")}

    def facet(self, name: str, data: dict[str, Any], version: int = 1, revision: int = 1) -> Facet:
        number = 0 if name in UNVERSIONED else version
        return Facet(
            asset_id=self.asset, version=number, facet=name, revision=revision, status="done", written=AT, data=data
        )

    def file(self, version: int = 1, key: str = "RED_main.jpg", **more: Any) -> Facet:
        return self.facet("file", {"bucket": "inbox", "key": key, "arrived": AT.isoformat(), **more}, version)

    def head(
        self,
        live: int | None,
        revision: int = 1,
        out: tuple[int, ...] = (),
        state: str = "working",
        available: tuple[str | None, str | None] = (None, None),
    ) -> Facet:
        data = {"live": live, "newest": 2, "state": state, "out": list(out)}
        data |= dict(zip(("available_from", "available_until"), available, strict=True))
        return self.facet("head", data, revision=revision)

    async def link(self) -> dict[int, list[str]]:
        """Version → SKUs, of the links facets that a request gives; the view hears of them, too."""
        before = len(self.world.said(ASSET_METADATA, Facet))
        await self.world.say(link(LinkRequest(asset_id=self.asset), self.deps))
        said = self.world.said(ASSET_METADATA, Facet)[before:]
        await self.hear(*said)
        return {one.version: [link.sku for link in LinksFacet.model_validate(one.data).links] for one in said}

    async def media(self, sku: str) -> list[int]:
        """Versions among the SKU's media."""
        await self.world.say(media(MediaRequest(sku=sku), self.deps))
        return [item.version for item in self.world.said(PRODUCT_MEDIA, ProductMedia)[-1].items]

    async def items(self, sku: str) -> list[tuple[str, str]]:
        """Asset and role of the SKU's media, in their order."""
        await self.media(sku)
        return [(item.asset_id, item.role) for item in self.world.said(PRODUCT_MEDIA, ProductMedia)[-1].items]

    async def asked_by(self, product: Product) -> bool:
        """Whether this product asks for the asset's links anew, when the view hears of it."""
        touched = await self.hear(product)
        async with self.database.transaction() as db:
            keys = await asked_keys(db, [name for kind, name in touched if kind == "product"])
            keys += [name for kind, name in touched if kind == "key"]
            return self.asset in await asset_rows.assets_named(db, keys)

    async def candidates(self) -> set[str]:
        async with self.database.transaction() as db:
            return {product.sku for product in await candidates(db, self.asset)}


def product(sku: str, name: str = "", parent: str = "") -> Product:
    return Product(
        system="csv", kind="product", id=sku, sku=sku, name=name or sku, parent=parent, revision=1, written=AT
    )


def curation(sku: str, order: list[str], revision: int = 1) -> Fact:
    """What people decided about a product."""
    return Fact(kind=PRODUCT, id=sku, revision=revision, fields={ORDER: order}, written=AT)


async def emptied(url: str) -> Database:
    """The linker's tables, empty."""
    database = Database(url)
    await database.make(SCHEMA, ddl())
    async with database.transaction() as db:
        await db.execute("TRUNCATE " + ", ".join(f"linker.{name}" for name in (*rebuild.TABLES, "todo")))
    return database
