"""A scope as a condition of the view: the one place where it is put to assets."""

from collections.abc import Callable, Collection
from typing import Any, Literal

import asyncpg

from runtime.database import Database
from services.catalog.scope import Scope

_OPEN = "coalesce(a.available_from <= now(), true) AND coalesce(a.available_until > now(), true)"


def conditions(scope: Scope, mark: Callable[[Any], str], row: str = "a") -> list[str]:
    """What a row of `catalog.asset`, of that name, must fulfil. `mark`: takes a value, gives its parameter."""
    made = []
    if scope.folders:
        own = mark(list(scope.folders))
        lies = f"{row}.folder = own OR starts_with({row}.folder, own || '/')"
        made.append(f"EXISTS (SELECT FROM unnest({own}::text[]) own WHERE {lies})")
    if scope.brands:
        made.append(f"{row}.brand = ANY({mark(list(scope.brands))}::text[])")
    if scope.collections:
        of = f"c.collection = ANY({mark(list(scope.collections))}::text[])"
        made.append(f"{row}.id IN (SELECT c.asset_id FROM catalog.collected c WHERE {of})")  # noqa: S608
    return made


async def seen(database: Database, scope: Scope, assets: Collection[str]) -> set[str]:
    """Those of these assets that lie in it; unknown ones do not. Raises Unavailable."""
    return {row["id"] for row in await _rows(database, scope, assets, "a.id")}


async def given(database: Database, scope: Scope, asset: str) -> Literal["live", "closed"] | None:
    """Whether shops are given it now; None where it lies outside the scope, or never was live. Raises Unavailable."""
    rows = await _rows(database, scope, [asset], f"a.live IS NOT NULL AS went, {_OPEN} AS open")
    if not rows or not rows[0]["went"]:
        return None
    return "live" if rows[0]["open"] else "closed"


async def _rows(database: Database, scope: Scope, assets: Collection[str], columns: str) -> list[asyncpg.Record]:
    values: list[Any] = [list(set(assets))]

    def mark(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    made = " AND ".join(["a.id = ANY($1::text[])", *conditions(scope, mark)])
    async with database.reading() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(
            f"SELECT {columns} FROM catalog.every_asset a WHERE {made}",  # noqa: S608 - the columns are ours
            *values,
        )
    return rows
