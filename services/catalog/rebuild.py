"""Fills the view anew: from the compacted topics, or from the archive in the bucket. Both give the same dump."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Literal

from runtime import refill
from runtime.broker import Consumer, Partition, Record
from runtime.bundles import bundled
from runtime.database import Database
from runtime.deadletter import DeadLetters
from runtime.objects import Bucket
from runtime.outage import ride_out
from runtime.projection import Change, Projection
from runtime.standing import Standing
from schemas.topics import ASSET_METADATA, DELIVERIES, FACTS, PIM_PRODUCTS, PRODUCT_MEDIA, Topic
from services.catalog.ddl import SCHEMA, ddl
from services.catalog.projector import apply

Source = Literal["topic", "bucket"]
ARCHIVE = {
    "facets/": ASSET_METADATA,
    "products/": PIM_PRODUCTS,
    "media/": PRODUCT_MEDIA,
    "facts/": FACTS,
    "deliveries/": DELIVERIES,
}
BATCH, AT_ONCE = 500, 16
PATIENCE_S = 60.0
"""Of a running catalogue and a rebuild that write the same rows at once, PostgreSQL turns one away: it tries again."""


async def empty(database: Database) -> None:
    """Make the view anew and empty: whoever follows the topics reads them from the beginning."""
    await refill.empty(database, SCHEMA, ddl())


async def from_topic(database: Database, consumer: Consumer, ends: dict[Partition, int], dead: DeadLetters) -> int:
    """Fill the view from the compacted topics up to `ends`; returns how many offsets that were.

    `consumer` is of a group of its own, so that a running catalogue keeps its partitions and follows too.
    """
    await empty(database)
    return await refill.follow(Projection(consumer, database, SCHEMA, apply, dead), ends)


async def from_bucket(database: Database, library: Bucket, logs: dict[str, str], ends: dict[Partition, int]) -> int:
    """Fill the view from the archive; returns the number of records. The topics are followed from `ends` on.

    Each record is archived before it is published: what this listing does not show lies on the topics behind
    the ends that were noted before it.
    """
    await empty(database)
    count = 0
    async for batch in _archived(library):
        await ride_out(partial(_put, database, batch), patience_s=PATIENCE_S)
        count += len(batch)

    async def offsets() -> None:
        async with database.transaction() as connection:
            await Standing(SCHEMA, logs).save(connection, ends)

    await ride_out(offsets, patience_s=PATIENCE_S)
    return count


async def _put(database: Database, batch: list[Change]) -> None:
    async with database.transaction() as connection:
        await apply(connection, batch)


async def ends_of(consumer: Consumer) -> dict[Partition, int]:
    """Where all partitions of the consumer's topics end now; it is alone in its group. Raises Unavailable."""
    dealt = asyncio.Event()

    async def assigned(_: set[Partition]) -> None:
        dealt.set()

    async def revoked(_: set[Partition]) -> None:
        return

    await consumer.start(assigned, revoked)
    try:
        while not dealt.is_set():
            await consumer.poll(1, 0.1)
        return await consumer.end_offsets(consumer.assignment())
    finally:
        await consumer.stop()


async def _archived(library: Bucket) -> AsyncIterator[list[Change]]:
    gate = asyncio.Semaphore(AT_ONCE)
    for prefix, topic in ARCHIVE.items():
        async for lines in bundled(library, topic.name):
            yield [_change(topic, line) for line in lines.values()]
        paths = [info.key for info in await library.listing(prefix) if info.key.endswith(".json")]
        for start in range(0, len(paths), BATCH):
            found = await asyncio.gather(*(_read(library, topic, path, gate) for path in paths[start : start + BATCH]))
            yield [change for change in found if change]


async def _read(library: Bucket, topic: Topic, path: str, gate: asyncio.Semaphore) -> Change | None:
    async with gate:
        stored = await library.get(path)
    if stored is None:
        return None  # taken away since it was listed
    return _change(topic, stored.body)


def _change(topic: Topic, body: bytes) -> Change:
    message: Any = topic.model.model_validate_json(body)
    key = message.sku if topic is PRODUCT_MEDIA else message.key
    return Change(Record(topic.name, 0, 0, str(key).encode(), body), message)
