"""What stands at an address now: one question to the view each time, so that state is checked at request time."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from runtime.database import Database
from services.delivery.address import Address, Slot
from services.delivery.choose import File, family

_FILES = "f.preset, f.channel, f.format, f.key, f.etag, f.bytes, f.width, f.height, f.several"
_MATCHING = (
    "LEFT JOIN delivery.file f ON f.asset_id = h.asset_id AND f.version = h.live AND f.name = $2 "
    "AND ($3::text[] IS NULL OR f.preset = ANY($3))"
)
_HEAD = "h.asset_id, h.live, h.state, h.merged_into"
BY_ASSET = f"SELECT {_HEAD}, {_FILES} FROM delivery.head h {_MATCHING} WHERE h.asset_id = $1"  # noqa: S608
BY_SLOT = (
    f"SELECT {_HEAD}, {_FILES} FROM (SELECT h.* FROM delivery.slot s JOIN delivery.head h USING (asset_id) "  # noqa: S608
    "WHERE s.sku = $1 AND s.role = $4 AND h.live IS NOT NULL ORDER BY s.position OFFSET $5 LIMIT 1) h "
    f"{_MATCHING}"
)
GALLERY = (
    "SELECT s.role, s.position, h.asset_id, f.preset, f.channel, f.format, f.key, f.etag, f.bytes, f.width, f.height, "
    "f.several FROM delivery.slot s JOIN delivery.head h USING (asset_id) "
    "JOIN delivery.file f ON f.asset_id = h.asset_id AND f.version = h.live AND f.name = '' "
    "WHERE s.sku = $1 AND h.live IS NOT NULL ORDER BY s.position, s.role <> 'main', f.preset"
)


@dataclass(frozen=True)
class Found:
    """An asset, what state it is in, and its live version's files that could be meant."""

    asset: str
    live: int | None
    state: str
    merged_into: str | None
    files: tuple[File, ...]


@dataclass(frozen=True)
class Shown:
    """One medium of a product's gallery. nth: of its role, from 1."""

    role: str
    nth: int
    asset: str
    files: tuple[File, ...]


async def find(database: Database, address: Address, *, wide: bool) -> Found | None:
    """The asset and its files; wide: all of them, not only the preset's. None: nothing stands there."""
    presets = None if wide else [address.preset] if address.file else family(address.preset)
    async with database.reading() as connection:
        if isinstance(address.of, Slot):
            of = address.of
            rows = await connection.fetch(BY_SLOT, of.sku, address.file, presets, of.role, of.nth - 1)
        else:
            rows = await connection.fetch(BY_ASSET, address.of, address.file, presets)
    if not rows:
        return None
    first = rows[0]
    files = tuple(_file(row) for row in rows if row["preset"] is not None)
    return Found(first["asset_id"], first["live"], first["state"], first["merged_into"], files)


async def gallery(database: Database, sku: str) -> list[Shown] | None:
    """A product's media that are live, in order; None where no product has that SKU (any more)."""
    async with database.reading() as connection:
        if not await connection.fetchval("SELECT active FROM delivery.media WHERE sku = $1", sku):
            return None
        rows = await connection.fetch(GALLERY, sku)
    return _counted(rows)


async def roles(database: Database, sku: str) -> tuple[str | None, dict[str, int]]:
    """State of a product (None: nobody knows it) and how many media of each role are live: to say what is missing."""
    async with database.reading() as connection:
        active = await connection.fetchval("SELECT active FROM delivery.media WHERE sku = $1", sku)
        rows = await connection.fetch(
            "SELECT s.role, count(*) FROM delivery.slot s JOIN delivery.head h USING (asset_id) "
            "WHERE s.sku = $1 AND h.live IS NOT NULL GROUP BY s.role ORDER BY min(s.position)",
            sku,
        )
    state = None if active is None else "active" if active else "removed"
    return state, {row["role"]: row["count"] for row in rows}


def _counted(rows: Sequence[asyncpg.Record]) -> list[Shown]:
    """Rows of one medium belong together; the main picture is told once, as such."""
    media: dict[tuple[str, int], list[asyncpg.Record]] = {}
    for row in rows:
        media.setdefault((row["role"], row["position"]), []).append(row)
    counts: dict[str, int] = {}
    found: dict[str, Shown] = {}
    for (role, _), files in media.items():
        counts[role] = counts.get(role, 0) + 1
        asset = files[0]["asset_id"]
        found.setdefault(asset, Shown(role, counts[role], asset, tuple(map(_file, files))))
    return list(found.values())


def _file(row: asyncpg.Record) -> File:
    return File(*(row[name] for name in File._fields))
