"""SKUs by what a person types: to link a picture to one of them."""

from collections.abc import Sequence
from typing import NamedTuple

from runtime.database import Database
from services.catalog.queries.brands import conditions
from services.catalog.queries.part import within
from services.catalog.scope import EVERYTHING, Scope

NEAR = 0.25
"""Likeness (trigrams) from which another SKU is worth a suggestion."""
_THERE = "status = 'active' AND sku <> '' AND kind IN ('product', 'model')"
_FOUND = """
SELECT sku, min(name) AS name FROM catalog.sold
WHERE said ILIKE $3 AND position(lower($1) IN lower(sku || ' ' || name || ' ' || gtin)) > 0 {limits} GROUP BY sku
ORDER BY NOT starts_with(lower(sku), lower($1)), position(lower($1) IN lower(sku)) = 0, sku COLLATE "C" LIMIT $2
"""
_NEAR = f"""
SELECT sku, min(name) AS name FROM catalog.product
WHERE {_THERE} AND greatest(similarity(sku, $1), similarity(name, $1)) >= {NEAR} {{limits}} GROUP BY sku
ORDER BY max(greatest(similarity(sku, $1), similarity(name, $1))) DESC, sku COLLATE "C" LIMIT $2
"""  # noqa: S608 - the condition is ours


class Sku(NamedTuple):
    """A product or model that pictures can be linked to."""

    sku: str
    name: str


async def found(database: Database, text: str, most: int = 12, scope: Scope = EVERYTHING) -> list[Sku]:
    """Whose SKU, name or GTIN has that text in it: SKUs that begin with it first; the likest where none has.

    scope: of what it shows alone (`queries/brands.py`).
    """
    limits, values = conditions(scope, "sold", taken=3)
    async with database.transaction() as connection:
        rows = await connection.fetch(_FOUND.format(limits=limits), text.strip(), most, within(text), *values)
    return [Sku(row["sku"], row["name"]) for row in rows] or await near(database, text.strip(), most, scope)


async def near(database: Database, sku: str, most: int = 3, scope: Scope = EVERYTHING) -> list[Sku]:
    """The likest by SKU or name, the likest first. scope: of what it shows alone (`queries/brands.py`)."""
    limits, values = conditions(scope, "product", taken=2)
    async with database.transaction() as connection:
        rows = await connection.fetch(_NEAR.format(limits=limits), sku, most, *values)
    return [Sku(row["sku"], row["name"]) for row in rows]


async def linkable(database: Database, assets: Sequence[str], skus: Sequence[str]) -> set[str]:
    """Those of the SKUs that are products, or that all the assets are linked to (their product may be gone since)."""
    sql = (
        f"SELECT sku FROM catalog.product WHERE {_THERE} AND sku = ANY($2::text[]) "  # noqa: S608 - the condition is ours
        "UNION SELECT sku FROM catalog.link WHERE asset_id = ANY($1::text[]) AND sku = ANY($2::text[]) "
        "GROUP BY sku HAVING count(DISTINCT asset_id) = cardinality($1::text[])"
    )
    async with database.transaction() as connection:
        return {row["sku"] for row in await connection.fetch(sql, list(assets), list(skus))}
