"""What stands at an address now: one question to the view each time, so that state is checked at request time."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple, Self

import asyncpg

from runtime.database import Database
from schemas.limits import Audience, choose
from schemas.product import Limits, MediaItem
from services.delivery.address import Address, Slot
from services.delivery.choose import File, family
from services.delivery.order import Basis, Focal
from services.delivery.rows import MAIN, SlotRow, slots

EVERYBODY = Audience()

_FRESH = "extract(epoch FROM upper(h.available) - now())::float8"
"""Seconds until nobody may see it any more; NULL: there is no such time."""
_FILES = "f.preset, f.channel, f.format, f.key, f.etag, f.bytes, f.width, f.height, f.several, f.shows"
_MATCHING = (
    "LEFT JOIN delivery.file f ON f.asset_id = h.asset_id AND f.version = h.live AND f.name = $2 "
    "AND ($3::text[] IS NULL OR f.preset = ANY($3))"
)
HEAD = (
    "h.asset_id, h.live, h.state, h.merged_into, h.limits, "
    "h.available @> now() AS open, lower(h.available) AS opens, "
    f"{_FRESH} AS fresh"
)
"""Columns of `Found`, of `delivery.head h`."""
BY_ASSET = f"SELECT {HEAD}, {_FILES} FROM delivery.head h {_MATCHING} WHERE h.asset_id = $1"  # noqa: S608
BY_SLOT = (
    f"SELECT {HEAD}, {_FILES} FROM (SELECT h.* FROM delivery.slot s JOIN delivery.open_head h USING (asset_id) "  # noqa: S608
    "WHERE s.sku = $1 AND s.role = $4 ORDER BY s.position OFFSET $5 LIMIT 1) h "
    f"{_MATCHING}"
)
BASIS = (
    "SELECT o.sha256, o.media_type, o.bytes, m.width, m.height, p.x, p.y, m.x AS product_x, m.y AS product_y "
    "FROM delivery.head h "
    "LEFT JOIN delivery.original o ON o.asset_id = h.asset_id AND o.version = h.live "
    "LEFT JOIN delivery.made m ON m.asset_id = h.asset_id AND m.version = h.live AND m.facet = 'renditions' "
    "LEFT JOIN delivery.focal p ON p.asset_id = h.asset_id AND m.focal WHERE h.asset_id = $1 AND h.live = $2"
)
GALLERY = (
    f"SELECT s.role, s.position, {_FRESH} AS fresh, h.asset_id, {_FILES} "  # noqa: S608
    "FROM delivery.slot s JOIN delivery.open_head h USING (asset_id) "
    "JOIN delivery.file f ON f.asset_id = h.asset_id AND f.version = h.live AND f.name = '' "
    "WHERE s.sku = $1 ORDER BY s.position, s.role <> 'main', f.preset"
)


@dataclass(frozen=True)
class Found:
    """An asset, what state it is in, and its live version's files that could be meant."""

    asset: str
    live: int | None
    state: str
    merged_into: str | None
    open: bool
    """Whether anybody may be given it now; opens: from when on, where it is under embargo or was."""
    opens: datetime | None
    fresh: float | None
    """Seconds until nobody may any more; None: there is no such time."""
    files: tuple[File, ...]
    limits: Limits | None = None
    """Where alone its rights let it be given."""

    @classmethod
    def of(cls, row: asyncpg.Record, files: tuple[File, ...] = ()) -> Self:
        """row: the columns of `HEAD`."""
        names = ("live", "state", "merged_into", "open", "opens", "fresh")
        limits = Limits.model_validate_json(row["limits"]) if row["limits"] else None
        return cls(row["asset_id"], files=files, limits=limits, **{name: row[name] for name in names})


@dataclass(frozen=True)
class Shown:
    """One medium of a product's gallery. nth: of its role, from 1."""

    role: str
    nth: int
    asset: str
    files: tuple[File, ...]


async def find(database: Database, address: Address, audience: Audience, *, wide: bool) -> Found | None:
    """The asset and its files; wide: all of them, not only the preset's. None: nothing stands there."""
    presets = None if wide else [address.preset] if address.file else family(address.preset)
    of = address.of
    async with database.reading() as connection:
        if isinstance(of, Slot) and audience != EVERYBODY:
            chosen, _ = await _chosen(connection, of.sku, audience)
            of = next(islice((one.asset_id for one in chosen if one.role == of.role), of.nth - 1, None), "")
        if isinstance(of, Slot):
            rows = await connection.fetch(BY_SLOT, of.sku, address.file, presets, of.role, of.nth - 1)
        else:
            rows = await connection.fetch(BY_ASSET, of, address.file, presets)
    if not rows:
        return None
    return Found.of(rows[0], tuple(_file(row) for row in rows if row["preset"] is not None))


async def basis(database: Database, asset: str, version: int) -> Basis:
    """What sizes of a live version can be made of."""
    async with database.reading() as connection:
        row = await connection.fetchrow(BASIS, asset, version)
    if row is None:
        return Basis()
    point = Focal(row["x"], row["y"]) if row["x"] is not None else None
    product = Focal(row["product_x"], row["product_y"]) if row["product_x"] is not None else None
    told = (row["sha256"] or "", row["media_type"] or "", row["bytes"] or 0, row["width"] or 0, row["height"] or 0)
    return Basis(*told, point, product)


async def alts(database: Database, asset: str) -> dict[str, str]:
    """Language → what people wrote for those who do not see the picture."""
    async with database.reading() as connection:
        told = await connection.fetchval("SELECT alts FROM delivery.focal WHERE asset_id = $1", asset)
    found: dict[str, str] = json.loads(told or "{}")
    return found


class Collected(NamedTuple):
    """A product's media that are live, in order. notes: where somebody is given something else than was asked for.

    fresh: seconds until one of them may not be seen any more; None: there is no such time.
    """

    shown: list[Shown]
    notes: list[str]
    fresh: float | None


async def gallery(database: Database, sku: str, audience: Audience) -> Collected | None:
    """What a product shows this audience.

    None where no product has that SKU (any more).
    """
    async with database.reading() as connection:
        if not await connection.fetchval("SELECT active FROM delivery.media WHERE sku = $1", sku):
            return None
        rows = await connection.fetch(GALLERY, sku)
        files: dict[str, list[File]] = {}
        for row in {(row["asset_id"], row["preset"]): row for row in rows}.values():
            files.setdefault(row["asset_id"], []).append(_file(row))
        told, notes = [SlotRow(row["role"], row["position"], row["asset_id"]) for row in rows], list[str]()
        if audience != EVERYBODY:
            told, notes = await _chosen(connection, sku, audience)
    fresh = min((row["fresh"] for row in rows if row["fresh"] is not None), default=None)
    return Collected(_counted(dict.fromkeys(told), files), notes, fresh)


async def _chosen(connection: asyncpg.Connection, sku: str, audience: Audience) -> tuple[list[SlotRow], list[str]]:
    """Of a product's media that are live those for this audience, in order, main first; and what it is told."""
    row = await connection.fetchrow("SELECT main, items FROM delivery.media WHERE sku = $1 AND active", sku)
    items = [MediaItem.model_validate(item) for item in json.loads(row["items"])] if row else []
    live = {
        found["asset_id"]
        for found in await connection.fetch(
            "SELECT asset_id FROM delivery.open_head WHERE asset_id = ANY($1::text[])",
            [item.asset_id for item in items],
        )
    }
    choice = choose([item for item in items if item.asset_id in live], audience)
    lead = next((item.asset_id for item in choice.items if item.role == MAIN), row["main"] if row else None)
    found_slots = slots(choice.items, lead)
    return sorted(found_slots, key=lambda one: (one.position, one.role != MAIN)), choice.notes


async def roles(database: Database, sku: str) -> tuple[str | None, dict[str, int]]:
    """State of a product (None: nobody knows it) and how many media of each role are live: to say what is missing."""
    async with database.reading() as connection:
        active = await connection.fetchval("SELECT active FROM delivery.media WHERE sku = $1", sku)
        rows = await connection.fetch(
            "SELECT s.role, count(*) FROM delivery.slot s JOIN delivery.open_head h USING (asset_id) "
            "WHERE s.sku = $1 GROUP BY s.role ORDER BY min(s.position)",
            sku,
        )
    state = None if active is None else "active" if active else "removed"
    return state, {row["role"]: row["count"] for row in rows}


def _counted(told: Iterable[SlotRow], files: Mapping[str, Sequence[File]]) -> list[Shown]:
    """Each medium once: the main picture as such, though it is counted among those of its own role, too."""
    counts: dict[str, int] = {}
    found: dict[str, Shown] = {}
    for slot in told:
        counts[slot.role] = counts.get(slot.role, 0) + 1
        shown = Shown(slot.role, counts[slot.role], slot.asset_id, tuple(files.get(slot.asset_id, ())))
        found.setdefault(slot.asset_id, shown)
    return list(found.values())


def _file(row: asyncpg.Record) -> File:
    return File(*(row[name] for name in File._fields))
