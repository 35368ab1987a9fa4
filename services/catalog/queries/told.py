"""What is known of assets that alternative texts and captions are made of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from runtime.database import Database
from schemas.tags import TAGS, TAGS_LATER
from services.catalog import curation
from services.catalog.alt_text.facts import Facts, facts
from services.catalog.alt_text.localized import LANGUAGE
from services.catalog.queries.rows import Row, rows_of

HOLDING = ("confirmed", "linked")
_FACETS = """
SELECT f.asset_id, f.facet, f.data FROM catalog.asset a JOIN catalog.facet f ON f.asset_id = a.id
  AND f.asset_id = ANY($1::text[]) AND (f.facet = 'curation' OR f.facet = ANY($2::text[])
    AND f.version = CASE WHEN $3::boolean THEN coalesce(a.live, a.shown) ELSE a.shown END)
WHERE a.id = ANY($1::text[])
"""
_LINKS = """
SELECT asset_id, sku, role FROM catalog.link WHERE asset_id = ANY($1::text[]) AND standing IN ('confirmed', 'linked')
ORDER BY standing, confidence DESC, sku, role
"""
_PRODUCTS = """
SELECT DISTINCT ON (p.sku) p.sku, p.name, p.parent, p.axes, coalesce(m.name, '') AS model_name,
  coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(p.attributes) WHERE key ~ $2), '{}') AS attributes,
  coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(m.attributes) WHERE key ~ $2), '{}') AS model_attributes
FROM catalog.product p LEFT JOIN LATERAL (
  SELECT name, attributes FROM catalog.product WHERE sku = p.parent AND p.parent <> '' AND status = 'active'
  ORDER BY system LIMIT 1
) m ON true
WHERE p.sku = ANY($1::text[]) AND p.status = 'active' AND p.kind IN ('product', 'model')
ORDER BY p.sku, p.system, p.kind
"""


async def told(database: Database, assets: Iterable[str], *, live: bool = False) -> dict[str, Facts]:
    """Asset → what is known of it; unknown ids are left out. live: of the version that is given out, where one is; else
    of the newest that has a picture. Raises Unavailable.
    """
    ids = list(assets)
    async with database.transaction() as connection:
        found = rows_of(await connection.fetch(_FACETS, ids, ["file", TAGS, TAGS_LATER, "links"], live))
        facets: dict[str, dict[str, Any]] = defaultdict(dict)
        for row in found:
            facets[row["asset_id"]][row["facet"]] = row["data"]
        links = _of_facets(facets) if live else rows_of(await connection.fetch(_LINKS, ids))
        skus = sorted({link["sku"] for link in links})
        products = {row["sku"]: row for row in rows_of(await connection.fetch(_PRODUCTS, skus, LANGUAGE))}
    held: dict[str, list[Row]] = defaultdict(list)
    for link in links:
        if link["sku"] in products:  # of a product that is gone nothing is known but the SKU, which is no word
            held[link["asset_id"]].append({**link, **products[link["sku"]]})
    return {asset: facts(held[asset], known) for asset, known in facets.items()}


def _of_facets(facets: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """Links that hold, of these versions: the table has those of the newest."""
    found: list[Row] = []
    for asset, known in facets.items():
        rows = curation.links(known.get("links", {}), known.get("curation", {}).get("fields", {}))
        held = (row for row in rows if row.standing in HOLDING)
        ordered = sorted(held, key=lambda row: (row.standing, -row.confidence, row.sku, row.role))
        found += [{"asset_id": asset, "sku": row.sku, "role": row.role} for row in ordered]
    return found
