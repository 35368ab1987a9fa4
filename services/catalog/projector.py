"""Records of the compacted topics become rows: first as they came, then what follows from them, in one transaction."""

from collections.abc import Iterable, Sequence

import asyncpg

from runtime.projection import Change
from schemas.base import Contract
from schemas.decision import Fact
from schemas.facet import Facet
from schemas.product import Product
from schemas.topics import ASSET_METADATA, DELIVERIES, FACTS, PIM_PRODUCTS, PRODUCT_MEDIA, by_name
from schemas.webhook import STATUS, TARGET
from services.catalog.cards import refresh
from services.catalog.collected import collected
from services.catalog.rows import TABLES, facet_place

TOPICS = (ASSET_METADATA, PIM_PRODUCTS, PRODUCT_MEDIA, FACTS, DELIVERIES)


async def apply(connection: asyncpg.Connection, changes: Sequence[Change]) -> None:
    """Write a batch, oldest first. Doing it again, or with records already seen in between, changes nothing."""
    # One writer at a time: an asset's card follows from its facets and from its products, which come to
    # different members of the group; each must see what the other has committed.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtext('packshot.catalog'))")
    told = [change for change in changes if change.record.key and _is_shown(change)]
    skus = {change.message.sku for change in told if isinstance(change.message, Product)}
    skus |= await _removed_skus(connection, told)
    for model in TABLES:
        await _write(connection, model, [c for c in told if by_name(c.record.topic).model is model])
    await collected(connection, {_key(c) for c in told if by_name(c.record.topic).model is Fact})
    assets = {facet_place(_key(c))[0] for c in told if by_name(c.record.topic).model is Facet}
    await refresh(connection, assets | await _showing(connection, skus))


def _is_shown(change: Change) -> bool:
    """What a webhook's endpoint has of each entity is not: only how the endpoint is."""
    if change.record.topic != DELIVERIES.name:
        return True
    target, _, entity = _key(change).partition("/")
    return not target.startswith(TARGET) or entity.startswith(STATUS)


def _key(change: Change) -> str:
    return (change.record.key or b"").decode()


async def _write(connection: asyncpg.Connection, model: type[Contract], changes: Iterable[Change]) -> None:
    table = TABLES[model]
    waiting: list[tuple[object, ...]] = []
    for change in changes:
        if change.message is not None:
            waiting.append(table.values(change.message))
            continue
        await connection.executemany(table.upsert, waiting)  # a tombstone counts for what came before it
        waiting = []
        await connection.execute(table.delete, *table.place(_key(change)))
    await connection.executemany(table.upsert, waiting)


async def _removed_skus(connection: asyncpg.Connection, changes: Iterable[Change]) -> set[str]:
    """SKUs of products that a tombstone takes away, and those that a product had before this batch."""
    keys = [_key(c) for c in changes if by_name(c.record.topic).model is Product]
    rows = await connection.fetch(
        "SELECT DISTINCT sku FROM catalog.product WHERE system || '/' || kind || '/' || id = ANY($1::text[])", keys
    )
    return {row["sku"] for row in rows}


async def _showing(connection: asyncpg.Connection, skus: set[str]) -> set[str]:
    """Assets that show one of these: their words for search hold the products' names."""
    rows = await connection.fetch("SELECT DISTINCT asset_id FROM catalog.link WHERE sku = ANY($1::text[])", list(skus))
    return {row["asset_id"] for row in rows}
