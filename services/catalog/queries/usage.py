"""Which asset a product shows at a place, and what is known of where assets are used."""

import json
from collections.abc import Sequence
from typing import Any

from runtime.database import Database


async def shown_at(database: Database, sku: str, role: str, number: int) -> str | None:
    """The asset that is the `number`-th of that role; None where there is none. Raises Unavailable."""
    sql = "SELECT items FROM catalog.product_media WHERE sku = $1 AND status = 'active'"
    async with database.reading() as connection:
        found = await connection.fetchval(sql, sku)
    items = [item["asset_id"] for item in json.loads(found or "[]") if item.get("role") == role]
    return items[number - 1] if 0 < number <= len(items) else None


async def curated(database: Database, assets: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Asset → the fields that people decided. Raises Unavailable."""
    sql = (
        "SELECT asset_id, data -> 'fields' AS fields FROM catalog.facet "
        "WHERE asset_id = ANY($1::text[]) AND version = 0 AND facet = 'curation'"
    )
    async with database.reading() as connection:
        return {row["asset_id"]: json.loads(row["fields"] or "{}") for row in await connection.fetch(sql, assets)}
