"""Records of the compacted topics become rows, each guarded by its revision, in one transaction a batch."""

import json
from collections.abc import Sequence

import asyncpg

from runtime.broker import Record
from runtime.projection import Change
from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.product import MediaItem, ProductMedia
from schemas.topics import ASSET_METADATA, PRODUCT_MEDIA
from services.delivery.rows import MADE, alts, files, focal, measured, middle, original, slots

TOPICS = (ASSET_METADATA, PRODUCT_MEDIA)
HEAD = """INSERT INTO delivery.head VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (asset_id) DO UPDATE
SET revision = excluded.revision, live = excluded.live, state = excluded.state, merged_into = excluded.merged_into,
available = excluded.available, limits = excluded.limits
WHERE excluded.revision > head.revision"""
MADE_ROW = """INSERT INTO delivery.made VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (asset_id, version, facet) DO UPDATE
SET revision = excluded.revision, width = excluded.width, height = excluded.height, focal = excluded.focal,
x = excluded.x, y = excluded.y
WHERE excluded.revision > made.revision RETURNING true"""
ORIGINAL = """INSERT INTO delivery.original VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (asset_id, version) DO UPDATE
SET revision = excluded.revision, sha256 = excluded.sha256, media_type = excluded.media_type, bytes = excluded.bytes
WHERE excluded.revision > original.revision"""
FOCAL = """INSERT INTO delivery.focal VALUES ($1, $2, $3, $4, $5) ON CONFLICT (asset_id) DO UPDATE
SET revision = excluded.revision, x = excluded.x, y = excluded.y, alts = excluded.alts
WHERE excluded.revision > focal.revision"""
OF_ASSET = {"head": "head", "curation": "focal"}
"""Facet without a version → table."""
MEDIA = """INSERT INTO delivery.media VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (sku) DO UPDATE
SET revision = excluded.revision, active = excluded.active, main = excluded.main, items = excluded.items,
closed = excluded.closed
WHERE excluded.revision > media.revision RETURNING true"""


def concerns(record: Record) -> bool:
    """Whether a record says anything to the view: heads, originals, points, what was made, and what products show."""
    facet = (record.key or b"").rpartition(b"/")[2].decode("ascii", "replace")
    return record.topic != ASSET_METADATA.name or facet in ("file", *OF_ASSET) or facet.startswith(MADE)


async def apply(connection: asyncpg.Connection, changes: Sequence[Change]) -> None:
    """Write a batch, oldest first. Doing it again changes nothing."""
    for change in changes:
        key = (change.record.key or b"").decode()
        match change.message:
            case Facet() as facet:
                await _facet(connection, facet)
            case ProductMedia() as media:
                await _media(connection, media)
            case None if change.record.topic == PRODUCT_MEDIA.name:
                await connection.execute("DELETE FROM delivery.media WHERE sku = $1", key)
            case None:
                await _forget(connection, key)


async def _facet(connection: asyncpg.Connection, facet: Facet) -> None:
    if facet.facet == "head":
        head = HeadFacet.model_validate(facet.data)
        available = asyncpg.Range(head.available_from, head.available_until)
        row = (facet.asset_id, facet.revision, head.live, head.state, head.merged_into, available)
        limits = head.limits.model_dump_json() if head.limits else None
        await connection.execute(HEAD, *row, limits)
    elif facet.facet == "curation":
        said = json.dumps(alts(facet))
        await connection.execute(FOCAL, facet.asset_id, facet.revision, *focal(facet), said)
    elif facet.facet == "file":
        await connection.execute(ORIGINAL, facet.asset_id, facet.version, facet.revision, *original(facet))
    elif facet.facet.startswith(MADE):
        place = (facet.asset_id, facet.version, facet.facet)
        if not await connection.fetchval(MADE_ROW, *place, facet.revision, *measured(facet), *middle(facet)):
            return
        await connection.execute(
            "DELETE FROM delivery.file WHERE asset_id = $1 AND version = $2 AND facet = $3", *place
        )
        await connection.copy_records_to_table(
            "file", schema_name="delivery", records=[(*place, name, *file) for name, file in files(facet)]
        )


async def _media(connection: asyncpg.Connection, media: ProductMedia) -> None:
    row = media.sku, media.revision, media.status == "active", media.main, _told(media.items), _told(media.closed)
    if not await connection.fetchval(MEDIA, *row):
        return
    await connection.execute("DELETE FROM delivery.slot WHERE sku = $1", media.sku)
    await connection.copy_records_to_table(
        "slot", schema_name="delivery", records=[(media.sku, *slot) for slot in slots(media.items, media.main)]
    )


def _told(items: Sequence[MediaItem]) -> str:
    return json.dumps([item.model_dump(mode="json", exclude_none=True) for item in items])


async def _forget(connection: asyncpg.Connection, key: str) -> None:
    """A tombstone of a facet: `<asset>/head`, `<asset>/curation` or `<asset>/<version>/<facet>`."""
    asset, _, rest = key.partition("/")
    version, _, facet = rest.partition("/")
    if rest in OF_ASSET:
        await connection.execute(f"DELETE FROM delivery.{OF_ASSET[rest]} WHERE asset_id = $1", asset)  # noqa: S608
    elif facet == "file":
        await connection.execute(
            "DELETE FROM delivery.original WHERE asset_id = $1 AND version = $2", asset, int(version)
        )
    elif facet.startswith(MADE):
        await connection.execute(
            "DELETE FROM delivery.made WHERE asset_id = $1 AND version = $2 AND facet = $3", asset, int(version), facet
        )
