"""A catalogue on real PostgreSQL with twins of broker and store, and records to put on it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runtime.broker import Partition, Record
from runtime.bundling import LEAST, Bundling
from runtime.database import Database
from runtime.deadletter import DeadLetters
from runtime.memory_broker import MemoryBroker, MemoryConsumer, MemoryProducer
from runtime.memory_store import MemoryBucket
from runtime.projection import Change, Projection
from runtime.publisher import Publisher
from runtime.records import Draft, Records, facet_draft
from runtime.room import Room
from schemas.base import Contract
from schemas.decision import Fact
from schemas.delivery import Delivery
from schemas.facet import UNVERSIONED, Facet
from schemas.product import MediaItem, Product, ProductMedia
from schemas.shoot import Shoot
from schemas.topics import ASSET_METADATA, DELIVERIES, FACTS, PIM_PRODUCTS, PRODUCT_MEDIA, SHOOTS, Topic
from services.catalog.ddl import GROUP, SCHEMA, ddl
from services.catalog.inbound.taking import Taking
from services.catalog.once import ddl as once
from services.catalog.projector import TOPICS, apply
from services.catalog.rebuild import empty

ASSETS = [f"{n}0000000-0000-5000-8000-000000000000" for n in range(1, 7)]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHA = "ab" * 32
PLACES: dict[type[Any], tuple[Topic, str]] = {
    Facet: (ASSET_METADATA, "facets"),
    Product: (PIM_PRODUCTS, "products"),
    ProductMedia: (PRODUCT_MEDIA, "media"),
    Fact: (FACTS, "facts"),
    Delivery: (DELIVERIES, "deliveries"),
    Shoot: (SHOOTS, "shoots"),
}
"""Model → its topic and its folder in the archive."""


def facet(asset: str, name: str, data: dict[str, Any] | None = None, **more: Any) -> Facet:
    """One facet; `more`: version, revision, status, cause …"""
    fields = {"version": 0 if name in UNVERSIONED else 1, "revision": 1, "status": "done", "written": NOON, **more}
    return Facet.model_validate({"asset_id": asset, "facet": name, "data": data or {}, **fields})


def picture(asset: str, key: str, *, sku: str = "", label: str = "shoe", colour: str = "red") -> list[Facet]:
    """All first-wave facets of one picture, its thumbnail at `renditions/<asset>/thumbnail.webp`."""
    file = {"sha256": SHA, "bytes": 5, "media_type": "image/jpeg", "kind": "image", "bucket": "inbox", "key": key}
    made = [
        {"preset": name, "channel": "webshop", "recipe": name, "key": f"renditions/{asset}/{name}.webp"}
        | {"format": "webp", "width": 4, "height": 3, "bytes": 5}
        for name in ("thumbnail", "web")
    ]
    tags = {
        "labels": [{"label": label, "confidence": 0.9, "source": "m"}],
        "colours": [{"name": colour, "hex": "#f00"}],
    }
    why = [{"kind": "filename", "detail": "“x” in the file name"}]
    links = [{"sku": sku, "role": "main", "confidence": 0.98, "evidence": why}] if sku else []
    return [
        facet(asset, "file", {**file, "arrived": NOON.isoformat()}),
        facet(asset, "renditions.first", {"sha256": SHA, "width": 40, "height": 30, "renditions": made[:1]}),
        facet(asset, "renditions", {"sha256": SHA, "width": 40, "height": 30, "renditions": made[1:]}),
        facet(asset, "tags", tags),
        facet(asset, "links", {"links": links}),
        facet(asset, "head", {"live": 1, "newest": 1, "state": "complete"}),
    ]


def product(sku: str, name: str, *, parent: str = "", kind: str = "product", revision: int = 1, **axes: str) -> Product:
    """One product of the PIM `csv`."""
    fields = {"system": "csv", "kind": kind, "id": sku, "sku": sku, "name": name, "parent": parent, "axes": axes}
    return Product.model_validate({**fields, "revision": revision, "written": NOON})


def media(sku: str, *assets: str, revision: int = 1) -> ProductMedia:
    """The media of a SKU: the first is main, others show the back."""
    items = [
        MediaItem(asset_id=asset, version=1, role="back" if n else "main", confidence=0.9)
        for n, asset in enumerate(assets)
    ]
    return ProductMedia(sku=sku, revision=revision, main=assets[0] if assets else None, items=items, written=NOON)


def delivery(sku: str, status: str = "done", revision: int = 1, **more: Any) -> Delivery:
    """What a PIM has of a product; `more`: conflicts, cause …"""
    fields = {"target": "akeneo", "entity": sku, "revision": revision, "status": status, "written": NOON, **more}
    return Delivery.model_validate(fields)


def fact(kind: str, name: str, revision: int = 1) -> Fact:
    """A fact about something that is not an asset."""
    return Fact(kind=kind, id=name, revision=revision, fields={"note": revision}, written=NOON)


def topic_of(record: Contract) -> Topic:
    """Where such a record goes."""
    return PLACES[type(record)][0]


def key_of(record: Any) -> str:
    """Its key."""
    return str(record.sku if isinstance(record, ProductMedia) else record.key)


def change(record: Contract) -> Change:
    """As the projection hands it to `apply`."""
    return Change(Record(topic_of(record).name, 0, 0, key_of(record).encode(), b""), record)


def tombstone(record: Contract) -> Change:
    """Its key without a value."""
    return Change(Record(topic_of(record).name, 0, 0, key_of(record).encode(), None), None)


class Stage:
    """The view, and the ways to fill it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.library, self.inbox = MemoryBucket("library"), MemoryBucket("inbox")
        self.broker = MemoryBroker()
        self.producer = MemoryProducer(self.broker)
        self.publisher = Publisher(self.producer, "test")

    def taking(self, spool: Path) -> Taking:
        """What takes files that come by upload links."""
        return Taking(self.inbox, spool, Room(spool, 50_000_000))

    def said(self, topic: str) -> list[dict[str, Any]]:
        """What was published there, oldest first."""
        return [json.loads(record.value or b"")["data"] for record in self.broker.records(topic)]

    def told(self) -> list[Record]:
        """Decisions that were published, but for what only remembers that some were taken together."""
        said = self.broker.records("decisions")
        return [record for record in said if not (record.key or b"").startswith(b"batch/")]

    async def put(self, changes: Sequence[Change]) -> None:
        """Apply straight away."""
        async with self.database.transaction() as connection:
            await apply(connection, changes)

    async def say(self, record: Any) -> None:
        """Archive and publish, as a service does."""
        records = Records(self.library, self.publisher)
        if isinstance(record, Facet):
            await records.write(facet_draft(lambda revision: record.model_copy(update={"revision": revision})))
            return
        path = f"{PLACES[type(record)][1]}/{key_of(record)}.json"

        def make(revision: int) -> Any:
            return record.model_copy(update={"revision": revision})

        await records.write(Draft(topic_of(record), key_of(record), path, type(record), make))

    async def say_together(self, products: Sequence[Product]) -> None:
        """As a list's products that are all new: archived in a bundle."""
        records = Records(self.library, self.publisher, Bundling(self.library, PIM_PRODUCTS.name, "products/"))

        def draft(one: Product) -> Draft[Product]:
            path = f"products/{one.key}.json"
            return Draft(PIM_PRODUCTS, one.key, path, Product, lambda _: one, chain=0)

        await asyncio.gather(*(records.write(draft(one)) for one in products))

    async def tombstone(self, record: Facet) -> None:
        """Purge, as the collector does: the archive first, then the topic."""
        draft = facet_draft(lambda _: record)
        await self.library.delete(draft.path)
        by = record.asset_id.encode()
        await self.producer.send(ASSET_METADATA.name, key=draft.key.encode(), value=None, partition_key=by)

    def member(self, group: str = GROUP) -> MemoryConsumer:
        """A consumer of all the view's topics."""
        return MemoryConsumer(self.broker, group, [topic.name for topic in TOPICS])

    def projection(self) -> Projection:
        """A member that fills the view."""
        return Projection(self.member(), self.database, SCHEMA, apply, DeadLetters(self.publisher, GROUP))

    def ends(self) -> dict[Partition, int]:
        """Where the logs end now."""
        places = [Partition(t.name, n) for t in TOPICS for n in range(self.broker.partitions)]
        return {place: len(self.broker.logs[place]) for place in places}

    async def caught_up(self, projection: Projection) -> None:
        """Wait until the view holds all that is on the topics."""
        await until(lambda: self._is_even(projection))

    async def _is_even(self, projection: Projection) -> bool:
        return await projection.behind(self.ends()) == 0


async def until(reached: Callable[[], Any], seconds: float = 20) -> None:
    """Wait for an awaited condition."""
    async with asyncio.timeout(seconds):
        while not await reached():  # noqa: ASYNC110 - conditions lie in a database
            await asyncio.sleep(0.05)


@asynccontextmanager
async def staged(url: str) -> AsyncIterator[Stage]:
    """An empty view on that PostgreSQL."""
    database = Database(url)
    await database.make(SCHEMA, ddl())
    await database.make(once.SCHEMA, once.ddl())
    await empty(database)
    async with database.transaction() as connection:
        await connection.execute("TRUNCATE catalog_once.answer, catalog_once.name")
    try:
        yield Stage(database)
    finally:
        await database.close()


@asynccontextmanager
async def following(projection: Projection) -> AsyncIterator[None]:
    """The projection runs in this block."""
    task = asyncio.create_task(projection.run())
    try:
        yield
    finally:
        projection.stop()
        await task


async def sample(stage: Stage) -> None:
    """A little of everything, said as services say it: replacements, removals, decisions, a bundle."""
    await stage.say_together([product(f"LISTED-{n}", "Trainer, listed") for n in range(LEAST)])
    await stage.say(product("LISTED-1", "Trainer, changed", revision=2))
    for number, asset in enumerate(ASSETS):
        for one in picture(asset, f"shoot/red_{number}.jpg", sku="RED-42" if number % 2 else ""):
            await stage.say(one)
    await stage.say(facet(ASSETS[0], "file", {"key": "shoot/red_0.jpg", "sha256": SHA}, version=2))
    await stage.say(facet(ASSETS[0], "renditions", {}, version=2, status="refused", cause="cut off", cure="again"))
    await stage.say(facet(ASSETS[1], "tags", {"labels": [{"label": "boot", "confidence": 0.7}]}))
    await stage.say(facet(ASSETS[1], "curation", {"fields": {"tag:boot": "rejected", "link:BLUE-42": "linked"}}))
    for one in picture(ASSETS[5], "shoot/red_5.jpg", sku="RED-42"):
        await stage.tombstone(one)
    for record in (product("RED", "Trainer", kind="model"), product("RED-42", "Trainer, red", parent="RED", size="42")):
        await stage.say(record)
    await stage.say(product("RED-42", "Runner, red", parent="RED", size="42"))
    await stage.say(media("RED-42", ASSETS[1], ASSETS[3]))
    await stage.say(media("RED-42", ASSETS[3]))
    await stage.say(fact("collection", "summer"))
