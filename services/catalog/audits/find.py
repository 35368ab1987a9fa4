"""Asks the view by the audit's rules. What somebody put off with a reason is left out until its day."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

from runtime.database import Database
from services.catalog.audits.rules import Rule

_FIELDS = {
    "product": "SELECT fields FROM fact WHERE kind = 'product' AND id = found.id",
    "asset": "SELECT data -> 'fields' AS fields FROM facet "
    "WHERE asset_id = found.id AND version = 0 AND facet = 'curation'",
}
_OPEN = """
SELECT {what} FROM ({sql}) found
WHERE NOT EXISTS (SELECT FROM ({fields}) said WHERE (said.fields #>> ARRAY[$1, 'until'])::date > current_date) {more}
"""


PATIENCE = "30s"


class Found(NamedTuple):
    """A finding: an asset's id or a SKU, and what is wrong with it."""

    id: str
    detail: str


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
    return _OPEN.format(what=what, sql=rule.find, fields=_FIELDS[rule.of], more=more)


async def findings(database: Database, rule: Rule, *, cursor: str = "", limit: int = 100) -> list[Found]:
    """Some of a rule's findings, by id, after `cursor`. Raises Unavailable."""
    more = 'AND found.id COLLATE "C" > $2 ORDER BY found.id COLLATE "C" LIMIT $3'
    async with _view(database, rule) as connection:
        rows = await connection.fetch(_sql(rule, "found.id, found.detail", more), rule.field, cursor, limit)
    return [Found(row["id"], row["detail"] or "") for row in rows]


async def finds(database: Database, rule: Rule, name: str) -> bool:
    """Whether a rule finds this asset or SKU, put off or not. Raises Unavailable."""
    async with _view(database, rule) as connection:
        sql = f"SELECT EXISTS (SELECT FROM ({rule.find}) found WHERE found.id = $1)"  # noqa: S608 - our own file
        found: bool = await connection.fetchval(sql, name)
    return found


async def understood(database: Database, rules: Iterable[Rule]) -> None:
    """Raises BadRule for the first that PostgreSQL does not understand, or that gives no `id` and `detail`."""
    for rule in rules:
        async with _view(database, rule) as connection:
            asked = f"EXPLAIN SELECT found.id::text, found.detail::text FROM ({rule.find}) found"  # noqa: S608 - checked
            await connection.execute(asked)


async def count(database: Database, rule: Rule) -> int:
    """How many a rule finds. Raises Unavailable."""
    async with _view(database, rule) as connection:
        found: int = await connection.fetchval(_sql(rule, "count(*)"), rule.field)
    return found
