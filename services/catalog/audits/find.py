"""Asks the view by the audit's rules. What somebody put off with a reason is left out until its day."""

from collections.abc import AsyncIterator
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


class Found(NamedTuple):
    """A finding: an asset's id or a SKU, and what is wrong with it."""

    id: str
    detail: str


@asynccontextmanager
async def _view(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Rules name tables as schema.sql does."""
    async with database.transaction() as connection:
        await connection.execute("SET LOCAL search_path = catalog, public")
        yield connection


def _sql(rule: Rule, what: str, more: str = "") -> str:
    return _OPEN.format(what=what, sql=rule.find, fields=_FIELDS[rule.of], more=more)


async def findings(database: Database, rule: Rule, *, cursor: str = "", limit: int = 100) -> list[Found]:
    """Some of a rule's findings, by id, after `cursor`. Raises Unavailable."""
    more = 'AND found.id COLLATE "C" > $2 ORDER BY found.id COLLATE "C" LIMIT $3'
    async with _view(database) as connection:
        rows = await connection.fetch(_sql(rule, "found.id, found.detail", more), rule.field, cursor, limit)
    return [Found(row["id"], row["detail"] or "") for row in rows]


async def finds(database: Database, rule: Rule, name: str) -> bool:
    """Whether a rule finds this asset or SKU, put off or not. Raises Unavailable."""
    async with _view(database) as connection:
        sql = f"SELECT EXISTS (SELECT FROM ({rule.find}) found WHERE found.id = $1)"  # noqa: S608 - our own file
        found: bool = await connection.fetchval(sql, name)
    return found


async def count(database: Database, rule: Rule) -> int:
    """How many a rule finds. Raises Unavailable."""
    async with _view(database) as connection:
        found: int = await connection.fetchval(_sql(rule, "count(*)"), rule.field)
    return found
