"""Which asset a product shows at a place, and what is known of where assets are used."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from runtime.database import Database


async def shown_by(database: Database, skus: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Product → role and asset of what it shows, in order. Raises Unavailable."""
    sql = "SELECT sku, items FROM catalog.product_media WHERE sku = ANY($1::text[]) AND status = 'active'"
    async with database.reading() as connection:
        rows = await connection.fetch(sql, list(skus)) if skus else []
    return {row["sku"]: [(item.get("role"), item["asset_id"]) for item in json.loads(row["items"])] for row in rows}


async def curated(database: Database, assets: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Asset → the fields that people decided. Raises Unavailable."""
    sql = (
        "SELECT asset_id, data -> 'fields' AS fields FROM catalog.facet "
        "WHERE asset_id = ANY($1::text[]) AND version = 0 AND facet = 'curation'"
    )
    async with database.reading() as connection:
        return {row["asset_id"]: json.loads(row["fields"] or "{}") for row in await connection.fetch(sql, assets)}
