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
    """Some rows, the cursor of the next ones (None at the end), and how many there are (None: more than are counted, or
    nobody wanted to know)."""

    rows: list[Row]
    cursor: str | None
    total: int | None


async def settled(database: Database, filters: Filters) -> Filters:
    """The same filters; with the text as it finds something in the library. Raises Unavailable."""
    if not filters.text.strip():
        return filters
    async with database.reading() as connection:
        return replace(filters, sought=await sought(connection, filters.text))


async def listed(
    database: Database, filters: Filters, *, limit: int, cursor: str | None = None, counted: bool = True
) -> Page:
    """Best match first, then newest first; newest first alone where too much matches.

    Behind a cursor the order is that of its first page. Raises BadCursor, Unavailable.
    """
    after = decode(cursor) if cursor else None
    always = bool(filters.collection)
    async with database.reading() as connection:
        if after or always or not filters.sought:
            ranked = after.rank is not None if after else always
            return await _page(connection, filters, ranked, limit, after, counted)
        best = await _best(connection, filters, limit)
        return best or await _page(connection, filters, False, limit, None, counted)


async def _best(connection: asyncpg.Connection, filters: Filters, limit: int) -> Page | None:
    """The best matches and how many match; None where more do than are ranked."""
    made = where(filters, ranked=True)
    sql = (
        f"WITH matched AS MATERIALIZED (SELECT a.ctid AS place FROM catalog.asset a WHERE {made.sql} "  # noqa: S608
        f"LIMIT {made.mark(MOST_RANKED + 1)}), counted AS (SELECT count(*) AS total FROM matched) "
        f"SELECT counted.total, {COLUMNS}, a.rank FROM counted LEFT JOIN LATERAL ("
        f"SELECT a.*, {made.rank} AS rank FROM matched JOIN catalog.asset a ON a.ctid = matched.place "
        f"WHERE counted.total <= {made.mark(MOST_RANKED)} "
        f"ORDER BY rank DESC, {_ORDER} DESC, a.id DESC LIMIT {made.mark(limit + 1)}) a ON true"
    )
    rows = rows_of(await connection.fetch(sql, *made.values))
    total = rows[0]["total"]
    if total > MOST_RANKED:
        return None
    return _cut([row for row in rows if row["id"]], limit, total)


async def _page(
    connection: asyncpg.Connection, filters: Filters, ranked: bool, limit: int, after: After | None, counted: bool
) -> Page:
    made = where(filters, ranked=ranked)
    total = "NULL::bigint"
    if counted:
        some = f"SELECT FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(MOST_COUNTED + 1)}"
        total = f"(SELECT count(*) FROM ({some}) counted)"  # noqa: S608
    beyond = _beyond(made, after) if after else "true"
    source, order = f"(SELECT a.*, {made.rank} AS rank FROM catalog.asset a WHERE {made.sql}) a", "a.rank DESC, "  # noqa: S608
    if not ranked:
        source, order, beyond = "catalog.asset a", "", f"{made.sql} AND {beyond}"
    sql = (
        f"SELECT {total} AS total, {COLUMNS}, {'a.rank' if ranked else 'NULL::numeric'} AS rank FROM {source} "  # noqa: S608
        f"WHERE {beyond} ORDER BY {order}{_ORDER} DESC, a.id DESC LIMIT {made.mark(limit + 1)}"
    )
    rows = rows_of(await connection.fetch(sql, *made.values))
    return _cut(rows, limit, rows[0]["total"] if rows else 0)


def _cut(rows: list[Row], limit: int, total: int | None) -> Page:
    more, rows = len(rows) > limit, rows[:limit]
    last = rows[-1] if more else None
    following = encode(After(last["rank"], last["arrived"] or LONG_AGO, last["id"])) if last else None
    return Page(rows, following, total if total is not None and total <= MOST_COUNTED else None)


def _beyond(made: Where, after: After) -> str:
    place = f"{made.mark(after.arrived)}, {made.mark(after.id)}"
    if after.rank is not None:
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
