"""Asks the view by the audit's rules. What somebody put off with a reason is left out until its day."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import asyncpg

from runtime.database import Database
from services.catalog.audits.assigned import KIND, NOBODY
from services.catalog.audits.rules import Rule

_FIELDS = {
    "product": "SELECT fields FROM fact WHERE kind = 'product' AND id = found.id",
    "asset": "SELECT data -> 'fields' AS fields FROM facet "
    "WHERE asset_id = found.id AND version = 0 AND facet = 'curation'",
}
_OPEN = """
SELECT {what} FROM ({sql}) found
LEFT JOIN fact given ON given.kind = '{kind}' AND given.id = '{rule}/' || found.id
WHERE NOT EXISTS (SELECT FROM ({fields}) said WHERE (said.fields #>> ARRAY[$1, 'until'])::date > current_date) {more}
"""
_WHAT = """found.id, found.detail, given.fields AS given, {fix} AS fix, {other} AS other, {picture} AS picture,
(SELECT key FROM asset WHERE id = found.id) AS file, (SELECT key FROM asset WHERE id = {other}) AS other_file"""
_FIRST = "(SELECT items #>> '{0,asset_id}' FROM product_media WHERE sku = found.id AND status = 'active')"

PATIENCE = "30s"


class Found(NamedTuple):
    """A finding: an asset's id or a SKU, and what is wrong with it."""

    id: str
    detail: str
    file: str | None = None
    """An asset's key."""
    given: dict[str, Any] | None = None
    """Whom it was assigned to: the fields of the fact (assigned.py)."""
    fix: dict[str, Any] | None = None
    """What one click decides: {set, clear}, and `asset` where that is another."""
    other: str | None = None
    """Of a rule about pairs: the picture that it is compared, or may be merged, with."""
    picture: str | None = None
    """An asset that shows it: itself, or one of the product's."""
    other_file: str | None = None

    @property
    def assigned(self) -> str | None:
        """To whom."""
        return str((self.given or {}).get("to") or "") or None


class BadRule(Exception):
    """PostgreSQL does not take a rule's query, or it takes too long; the message names the rule and says why."""


@asynccontextmanager
async def _view(database: Database, rule: Rule) -> AsyncIterator[asyncpg.Connection]:
    """Rules name tables as schema.sql does; they read, and no longer than PATIENCE. Raises BadRule."""
    async with database.transaction() as connection:
        await connection.execute("SET TRANSACTION READ ONLY")
        await connection.execute(f"SET LOCAL search_path = catalog, public; SET LOCAL statement_timeout = '{PATIENCE}'")
        try:
            yield connection
        except (asyncpg.QueryCanceledError, asyncpg.DataError, asyncpg.SyntaxOrAccessError) as error:
            raise BadRule(f"The rule {rule.name}: {error}. Mend its query (`find`).") from error
        except asyncpg.ReadOnlySQLTransactionError as error:
            raise BadRule(f"The rule {rule.name} writes; a rule only reads. Mend its query (`find`).") from error


def _sql(rule: Rule, what: str, more: str = "") -> str:
    return _OPEN.format(what=what, sql=rule.find, fields=_FIELDS[rule.of], more=more, kind=KIND, rule=rule.name)


def _columns(rule: Rule) -> str:
    fix = "found.fix::text" if rule.fix and not rule.merges else "NULL"
    of_fix = "found.fix ->> 'asset'" if fix != "NULL" else "NULL"
    picture = "found.id" if rule.of == "asset" else f"coalesce({of_fix}, {_FIRST})"
    return _WHAT.format(fix=fix, other="found.other" if rule.paired else "NULL", picture=picture)


def _found(row: asyncpg.Record) -> Found:
    given, fix = (json.loads(row[name]) if row[name] else None for name in ("given", "fix"))
    return Found(
        row["id"], row["detail"] or "", row["file"], given, fix, row["other"], row["picture"], row["other_file"]
    )


async def findings(
    database: Database, rule: Rule, *, cursor: str = "", limit: int = 100, assigned: str | None = None
) -> list[Found]:
    """Some of a rule's findings, by id, after `cursor`. assigned: to this one only, or NOBODY. Raises Unavailable."""
    more = """AND found.id COLLATE "C" > $2 AND ($4::text IS NULL OR coalesce(given.fields ->> 'to', '') = $4)
    ORDER BY found.id COLLATE "C" LIMIT $3"""
    wanted = "" if assigned == NOBODY else assigned
    async with _view(database, rule) as connection:
        rows = await connection.fetch(_sql(rule, _columns(rule), more), rule.field, cursor, limit, wanted)
    return [_found(row) for row in rows]


async def these(database: Database, rule: Rule, ids: Sequence[str]) -> list[Found]:
    """Those of these assets or SKUs that a rule finds, put off or not, by id. Raises Unavailable."""
    sql = f"""SELECT {_columns(rule)} FROM ({rule.find}) found
    LEFT JOIN fact given ON given.kind = '{KIND}' AND given.id = '{rule.name}/' || found.id
    WHERE found.id = ANY($1::text[]) ORDER BY found.id COLLATE "C" """  # noqa: S608 - checked at the start
    async with _view(database, rule) as connection:
        return [_found(row) for row in await connection.fetch(sql, list(ids))]


async def every(database: Database, rule: Rule, most: int) -> list[str]:
    """Ids of what a rule finds, by id, at most so many. Raises Unavailable."""
    async with _view(database, rule) as connection:
        rows = await connection.fetch(
            _sql(rule, "found.id", 'ORDER BY found.id COLLATE "C" LIMIT $2'), rule.field, most
        )
    return [row["id"] for row in rows]


async def understood(database: Database, rules: Iterable[Rule]) -> None:
    """Raises BadRule for the first that PostgreSQL does not understand, or that does not give what it has to."""
    for rule in rules:
        more = ", found.other::text" if rule.paired else ""
        more += ", found.fix::jsonb" if rule.fix and not rule.merges else ""
        async with _view(database, rule) as connection:
            asked = f"EXPLAIN SELECT found.id::text, found.detail::text{more} FROM ({rule.find}) found"  # noqa: S608
            await connection.execute(asked)


async def count(database: Database, rule: Rule) -> int:
    """How many a rule finds. Raises Unavailable."""
    async with _view(database, rule) as connection:
        found: int = await connection.fetchval(_sql(rule, "count(*)"), rule.field)
    return found
