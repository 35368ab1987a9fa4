"""SQL of what people decided about assets and products.

Rows are guarded by (version, revision): late and doubled records change nothing.
"""

import json
from collections.abc import Sequence

import asyncpg

from schemas.decision import Fact
from schemas.facet import Facet
from schemas.product import order_in


async def put_curation(db: asyncpg.Connection, facet: Facet) -> bool:
    """Store what people decided about an asset; False where this is old news."""
    fresh = await db.fetchval(
        "INSERT INTO linker.curation VALUES ($1, $2, $3) ON CONFLICT (asset_id) DO UPDATE SET revision = $2, "
        "fields = $3 WHERE curation.revision < $2 RETURNING 1",
        facet.asset_id, facet.revision, json.dumps(facet.data.get("fields", {})),
    )  # fmt: skip
    return bool(fresh)


async def put_product_curation(db: asyncpg.Connection, fact: Fact) -> bool:
    """Store what people decided about a product; False where this is old news."""
    fresh = await db.fetchval(
        "INSERT INTO linker.product_curation VALUES ($1, $2, $3) ON CONFLICT (sku) DO UPDATE SET revision = $2, "
        "fields = $3 WHERE product_curation.revision < $2 RETURNING 1",
        fact.id, fact.revision, json.dumps(fact.fields),
    )  # fmt: skip
    return bool(fresh)


async def decided_about(db: asyncpg.Connection, fields: list[str]) -> list[str]:
    """Assets of which people decided any of these fields."""
    rows = await db.fetch("SELECT asset_id FROM linker.curation WHERE fields ?| $1", fields)
    return [row["asset_id"] for row in rows]


async def order_of(db: asyncpg.Connection, sku: str, formerly: Sequence[str] = ()) -> list[str]:
    """Asset ids in the order that a person gave a product's media, if under a former SKU; empty where nobody did."""
    names = [sku, *formerly]
    rows = await db.fetch("SELECT sku, fields FROM linker.product_curation WHERE sku = ANY($1)", names)
    return order_in({row["sku"]: json.loads(row["fields"]) for row in rows}, names)
