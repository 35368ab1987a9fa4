"""Lists of assets."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import asyncpg

from runtime.database import Database
from services.catalog.queries import twins
from services.catalog.queries.cursor import After, Of, decode, encode
from services.catalog.queries.cursor import of as list_of
from services.catalog.queries.filters import Filters, Where, where
from services.catalog.queries.life import LIFE
from services.catalog.queries.rows import Row, rows_of
from services.catalog.queries.tsqueries import meant
from services.catalog.queries.word_search import sought
from services.catalog.scope import EVERYTHING, Scope

_OF_ITSELF = (
    "a.id, a.newest, a.live, a.shown, a.name, a.key, a.folder, a.kind, a.media_type, a.state, a.stage, a.cause, "
    "a.cure, a.arrived, a.bytes, a.sha256, a.width, a.height, a.thumbnail IS NOT NULL AS thumbnail, a.renditions, "
    "a.labels, a.colours, a.background, a.quality, a.skus, a.roles, a.own, a.categories, a.suggestions, a.conflicts, "
    f"a.gone, a.available_from, a.available_until, a.limits, a.barred, a.archived, "
    f"a.rejected, a.serves, a.preset, {LIFE} AS life"
)
COLUMNS = f"{_OF_ITSELF}, {twins.counted(EVERYTHING, str)}"
"""For who sees everything; `columns` has those of others."""
MOST_COUNTED = 10_000
"""From here on it is `10,000+`, newest first: who finds so much asks anew, and counting and ranking all of it, which
looks at each, would take seconds."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = "coalesce(a.arrived, 'epoch'::timestamptz)"


def columns(within: Scope, mark: twins.Mark) -> str:
    """The same; copies of it are counted within the scope."""
    return f"{_OF_ITSELF}, {twins.counted(within, mark)}"


class Page(NamedTuple):
    """Some rows, the cursor of the next ones (None at the end), and how many there are (None: more than are counted, or
    nobody wanted to know)."""

    rows: list[Row]
    cursor: str | None
    total: int | None


async def settled(database: Database, filters: Filters, known: Collection[str] = ()) -> Filters:
    """The same filters; with the text as it finds something in the library. known: those of its words that are words,
    whatever the library has. Raises Unavailable.
    """
    if not filters.text.strip():
        return filters
    async with database.reading() as connection:
        asked = await sought(connection, filters.text, filters.within, filters.near, known)
        if asked.every and not asked.inside and not _narrowed(filters):
            plain = replace(filters, sought=asked, near=())
            if await _many(connection, plain):  # nobody needs others that mean the same
                return replace(plain, sought=replace(asked, broad=True))
        return replace(filters, sought=await meant(connection, asked, filters.near))


async def nearer(database: Database, filters: Filters, near: Sequence[str]) -> Filters:
    """The same filters; with other phrases that mean the text. Raises Unavailable."""
    if filters.sought is None:
        return filters
    async with database.reading() as connection:
        return replace(filters, near=tuple(near), sought=await meant(connection, filters.sought, near))


def _narrowed(filters: Filters) -> bool:
    """By more than words."""
    return bool(filters.active()) or filters.within.limited


async def _many(connection: asyncpg.Connection, filters: Filters) -> bool:
    """Whether more than are counted match, by what PostgreSQL guesses."""
    made = where(filters)
    sql = f"EXPLAIN (FORMAT JSON) SELECT FROM catalog.asset a WHERE {made.sql}"
    return bool(json.loads(await connection.fetchval(sql, *made.values))[0]["Plan"]["Plan Rows"] > MOST_COUNTED)


async def _counted(connection: asyncpg.Connection, filters: Filters) -> int:
    """Up to one more than are counted. Alone: the newest of what there is none of would be looked for in all."""
    made = where(filters)
    some = f"SELECT FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(MOST_COUNTED + 1)}"
    return int(await connection.fetchval(f"SELECT count(*) FROM ({some}) counted", *made.values))  # noqa: S608


def of(filters: Filters) -> Of:
    """Whose cursors they are: what follows from the text may be another at each page."""
    return list_of("assets", replace(filters, sought=None, near=(), looks=None, left_out=(), lacking=()))


async def listed(
    database: Database, filters: Filters, *, limit: int, cursor: str | None = None, counted: bool = True
) -> Page:
    """Best match first, then newest first; newest first alone where too much matches.

    Behind a cursor the order is that of its first page. Raises BadCursor, Unavailable.
    """
    after = decode(cursor, of(filters)) if cursor else None
    always = bool(filters.collection)
    async with database.reading() as connection:
        if after or always or not where(filters).parts:
            ranked = after.rank is not None if after else always
            return await _page(connection, filters, ranked, limit, after, counted)
        # To count and to rank at once would cost much more, all in vain where there are too many to rank.
        broad = await _many(connection, filters) if _narrowed(filters) else filters.sought and filters.sought.broad
        if not (broad and await _counted(connection, filters) > MOST_COUNTED):
            best = await _few(connection, filters, limit)
            if best.total is not None:
                return best
        return await _page(connection, filters, False, limit, None, False)


async def _few(connection: asyncpg.Connection, filters: Filters, limit: int) -> Page:
    """How many match; of so few that they are ranked, the best or newest of them, too.

    All that match are looked for before any is put in order: in the list's order, those few may be the last.
    """
    made = where(filters, ranked=True)
    sql = (
        f"WITH matched AS MATERIALIZED (SELECT a.ctid AS place, {made.rank} AS rank, {_ORDER} AS arrival, a.id "  # noqa: S608
        f"FROM catalog.asset a WHERE {made.sql} LIMIT {made.mark(MOST_COUNTED + 1)}), "
        f"counted AS (SELECT count(*) AS total FROM matched), "
        f"best AS MATERIALIZED (SELECT * FROM matched WHERE (SELECT total FROM counted) <= {made.mark(MOST_COUNTED)} "
        f"ORDER BY rank DESC, arrival DESC, id DESC LIMIT {made.mark(limit + 1)}) "
        f"SELECT counted.total, {columns(filters.within, made.mark)}, best.rank FROM counted LEFT JOIN best ON true "
        f"LEFT JOIN catalog.asset a ON a.ctid = best.place ORDER BY best.rank DESC, best.arrival DESC, best.id DESC"
    )
    rows = rows_of(await connection.fetch(sql, *made.values))
    return _cut([row for row in rows if row["id"]], limit, rows[0]["total"], of(filters))


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
    shown = columns(filters.within, made.mark)
    sql = (
        f"SELECT {total} AS total, {shown}, {'a.rank' if ranked else 'NULL::bigint'} AS rank FROM {source} "  # noqa: S608
        f"WHERE {beyond} ORDER BY {order}{_ORDER} DESC, a.id DESC LIMIT {made.mark(limit + 1)}"
    )
    rows = rows_of(await connection.fetch(sql, *made.values))
    return _cut(rows, limit, rows[0]["total"] if rows else 0, of(filters))


def _cut(rows: list[Row], limit: int, total: int | None, asked: Of) -> Page:
    more, rows = len(rows) > limit, rows[:limit]
    last = rows[-1] if more else None
    following = encode(After(last["rank"], last["arrived"] or LONG_AGO, last["id"]), asked) if last else None
    return Page(rows, following, total if total is not None and total <= MOST_COUNTED else None)


def _beyond(made: Where, after: After) -> str:
    place = f"{made.mark(after.arrived)}, {made.mark(after.id)}"
    if after.rank is not None:
        return f"(a.rank, {_ORDER}, a.id) < ({made.mark(after.rank)}, {place})"
    return f"({_ORDER}, a.id) < ({place})"


async def some(database: Database, ids: list[str], within: Scope = EVERYTHING) -> list[Row]:
    """These assets, in no order; unknown ids and what lies outside the scope are left out."""
    made = where(Filters(within=within))
    these, shown = f"a.id = ANY({made.mark(ids)}::text[])", columns(within, made.mark)
    sql = f"SELECT {shown} FROM catalog.asset a WHERE {these} AND {made.sql}"  # noqa: S608
    async with database.transaction() as connection:
        return rows_of(await connection.fetch(sql, *made.values))
