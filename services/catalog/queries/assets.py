"""Lists of assets and the counts beside them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import asyncpg

from runtime.database import Database
from services.catalog.queries.cursor import After, decode, encode
from services.catalog.queries.filters import FLAGS, Filters, Where, where
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
MOST_COUNTED = 10_000
"""From here on it is `10,000+`: who finds so much asks anew, and counting all of it would take seconds."""
MOST_RANKED = 2_000
"""Ranking looks at each: what matches more than so many is shown newest first."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = "coalesce(a.arrived, 'epoch'::timestamptz)"


class Page(NamedTuple):
    """Some rows, the cursor of the next ones (None at the end), and how many there are (None: too many to count)."""

    rows: list[Row]
    cursor: str | None
    total: int | None


async def settled(database: Database, filters: Filters) -> Filters:
    """The same filters; with the text as it finds something in the library. Raises Unavailable."""
    if not filters.text.strip():
        return filters
    async with database.transaction() as connection:
        return replace(filters, sought=await sought(connection, filters.text))


async def listed(database: Database, filters: Filters, *, limit: int, cursor: str | None = None) -> Page:
    """Best match first, then newest first; newest first alone where too much matches. Raises BadCursor, Unavailable."""
    after = decode(cursor) if cursor else None
    count = await _at_most(database, filters, MOST_COUNTED)
    ranked = bool(filters.collection) or (bool(filters.sought) and count is not None and count <= MOST_RANKED)
    made = where(filters, ranked=ranked)
    beyond = _beyond(made, after, ranked) if after else "true"
    source, order = f"(SELECT a.*, {made.rank} AS rank FROM catalog.asset a WHERE {made.sql}) a", "a.rank DESC, "  # noqa: S608
    if not ranked:
        source, order, beyond = "catalog.asset a", "", f"{made.sql} AND {beyond}"
    sql = (
        f"SELECT {COLUMNS}, {'a.rank' if ranked else '0::numeric'} AS rank FROM {source} WHERE {beyond} "  # noqa: S608
        f"ORDER BY {order}{_ORDER} DESC, a.id DESC LIMIT {made.mark(limit + 1)}"
    )
    async with database.transaction() as connection:
        rows = rows_of(await connection.fetch(sql, *made.values))
    more, rows = len(rows) > limit, rows[:limit]
    last = rows[-1] if more else None
    following = encode(After(last["rank"], last["arrived"] or LONG_AGO, last["id"])) if last else None
    return Page(rows, following, count)


def _beyond(made: Where, after: After, ranked: bool) -> str:
    place = f"{made.mark(after.arrived)}, {made.mark(after.id)}"
    if ranked:
        return f"(a.rank, {_ORDER}, a.id) < ({made.mark(after.rank)}, {place})"
    return f"({_ORDER}, a.id) < ({place})"


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


class Counts(NamedTuple):
    """facets: name → its most frequent values. whole: all that matches was counted, else MOST_COUNTED of it."""

    facets: dict[str, list[Count]]
    whole: bool


async def counts(database: Database, filters: Filters, *, most: int = 12) -> Counts:
    """Each facet under the others' filters; `flag` has what deserves a look. Exact where `whole`, else least.

    A facet without a filter of its own is counted in what the list shows, which is looked for once.
    """
    async with database.transaction() as connection:
        await connection.execute("SET LOCAL jit = off")
        own = {name for name, _ in filters.active()}
        found = await _counted(connection, filters, "", [name for name in _DIMENSIONS if name not in own], most)
        for name in (name for name in _DIMENSIONS if name in own):
            found |= await _counted(connection, filters, name, [name], most)
        made = where(filters, but="flag")
        some = f"SELECT a.* FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(MOST_COUNTED)}"  # noqa: S608
        picked = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in FLAGS.values())
        row = await connection.fetchrow(f"SELECT {picked}, count(*) FROM ({some}) a", *made.values)  # noqa: S608
    found["flag"] = [Count(name, count) for name, count in zip(FLAGS, row, strict=False) if count]
    return Counts({name: found[name] for name in (*_DIMENSIONS, "flag")}, row[-1] < MOST_COUNTED)


async def _counted(
    connection: asyncpg.Connection, filters: Filters, but: str, names: list[str], most: int
) -> dict[str, list[Count]]:
    made = where(filters, but=but)
    some = f"SELECT a.* FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(MOST_COUNTED)}"  # noqa: S608
    each = (f"SELECT '{name}' AS facet, {_DIMENSIONS[name]} AS value FROM first_of a" for name in names)  # noqa: S608
    values = " UNION ALL ".join(each)
    sql = (
        f"WITH first_of AS MATERIALIZED ({some}), counted AS (SELECT facet, value, count(*) AS assets, "  # noqa: S608
        f"row_number() OVER (PARTITION BY facet ORDER BY count(*) DESC, value) AS place FROM ({values}) v "
        f"WHERE value IS NOT NULL GROUP BY facet, value) "
        f"SELECT facet, value, assets FROM counted WHERE place <= {made.mark(most)} ORDER BY facet, place"
    )
    found: dict[str, list[Count]] = {name: [] for name in names}
    for row in await connection.fetch(sql, *made.values) if names else []:
        found[row["facet"]].append(Count(row["value"], row["assets"]))
    return found


async def _at_most(database: Database, filters: Filters, most: int) -> int | None:
    """How many assets the filters leave; None where they are more."""
    made = where(filters)
    some = f"SELECT FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(most + 1)}"
    async with database.transaction() as connection:
        count: int = await connection.fetchval(f"SELECT count(*) FROM ({some}) counted", *made.values)  # noqa: S608
    return count if count <= most else None
