"""Lists of assets and the counts beside them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from runtime.database import Database
from services.catalog.queries.cursor import After, decode, encode
from services.catalog.queries.filters import FLAGS, Filters, where
from services.catalog.queries.rows import Row, rows_of
from services.catalog.queries.sought import sought

COLUMNS = (
    "a.id, a.newest, a.live, a.shown, a.name, a.key, a.folder, a.kind, a.media_type, a.state, a.stage, a.cause, "
    "a.cure, a.arrived, a.bytes, a.sha256, a.width, a.height, a.thumbnail IS NOT NULL AS thumbnail, a.renditions, "
    "a.labels, a.colours, a.background, a.quality, a.skus, a.roles, a.suggestions, a.conflicts, a.gone, "
    "a.available_from, a.available_until, "
    "(SELECT count(*) FROM catalog.asset twin WHERE twin.sha256 = a.sha256) AS copies, "
    "(SELECT count(*) FROM catalog.same_photograph s WHERE s.asset_id = a.id) AS altered_copies"
)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = "coalesce(a.arrived, 'epoch'::timestamptz)"


class Page(NamedTuple):
    """Some rows, and the cursor of the next ones (None at the end)."""

    rows: list[Row]
    cursor: str | None


async def settled(database: Database, filters: Filters) -> Filters:
    """The same filters; with the text as it finds something in the library. Raises Unavailable."""
    if not filters.text.strip():
        return filters
    async with database.transaction() as connection:
        return replace(filters, sought=await sought(connection, filters.text))


async def listed(database: Database, filters: Filters, *, limit: int, cursor: str | None = None) -> Page:
    """Best match first, then newest first. Raises BadCursor, Unavailable."""
    made = where(filters, ranked=True)
    ranked = f"SELECT a.*, {made.rank} AS rank FROM catalog.asset a WHERE {made.sql}"  # noqa: S608
    beyond = "true"
    if cursor:
        after = decode(cursor)
        marks = ", ".join([made.mark(after.rank), made.mark(after.arrived), made.mark(after.id)])
        beyond = f"(a.rank, {_ORDER}, a.id) < ({marks})"
    sql = (
        f"SELECT {COLUMNS}, a.rank FROM ({ranked}) a WHERE {beyond} "  # noqa: S608
        f"ORDER BY a.rank DESC, {_ORDER} DESC, a.id DESC LIMIT {made.mark(limit + 1)}"
    )
    async with database.transaction() as connection:
        rows = rows_of(await connection.fetch(sql, *made.values))
    more, rows = len(rows) > limit, rows[:limit]
    last = rows[-1] if more else None
    return Page(rows, encode(After(last["rank"], last["arrived"] or LONG_AGO, last["id"])) if last else None)


async def some(database: Database, ids: list[str]) -> list[Row]:
    """These assets, in no order; unknown ids are left out."""
    sql = f"SELECT {COLUMNS} FROM catalog.asset a WHERE a.id = ANY($1::text[])"  # noqa: S608
    async with database.transaction() as connection:
        return rows_of(await connection.fetch(sql, ids))


class Count(NamedTuple):
    """One value of a facet and how many assets have it under the other filters."""

    value: str
    assets: int


_DIMENSIONS = {
    "state": "a.state",
    "kind": "nullif(a.kind, '')",
    "role": "unnest(a.roles)",
    "label": "unnest(a.labels)",
    "colour": "unnest(a.colours)",
    "channel": "unnest(a.channels)",
    "background": "nullif(a.background, '')",
    "brand": "nullif(a.brand, '')",
    "market": "nullif(a.market, '')",
    "folder": "nullif(split_part(a.folder, '/', 1), '')",
}


async def counts(database: Database, filters: Filters, *, most: int = 12) -> dict[str, list[Count]]:
    """For each facet its most frequent values; for `flag` those that deserve a look."""
    found: dict[str, list[Count]] = {}
    async with database.transaction() as connection:
        for name, expression in _DIMENSIONS.items():
            made = where(filters, but=name)
            inner = f"SELECT {expression} AS value FROM catalog.asset a WHERE {made.sql}"  # noqa: S608
            sql = (
                f"SELECT value, count(*) AS assets FROM ({inner}) v WHERE value IS NOT NULL "  # noqa: S608
                f"GROUP BY value ORDER BY assets DESC, value LIMIT {made.mark(most)}"
            )
            found[name] = [Count(r["value"], r["assets"]) for r in await connection.fetch(sql, *made.values)]
        made = where(filters, but="flag")
        picked = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in FLAGS.values())
        row = await connection.fetchrow(f"SELECT {picked} FROM catalog.asset a WHERE {made.sql}", *made.values)  # noqa: S608
        found["flag"] = [Count(name, count) for name, count in zip(FLAGS, row, strict=True) if count]
    return found


async def total(database: Database, filters: Filters) -> int:
    """How many assets the filters leave."""
    made = where(filters)
    async with database.transaction() as connection:
        return int(await connection.fetchval(f"SELECT count(*) FROM catalog.asset a WHERE {made.sql}", *made.values))  # noqa: S608
