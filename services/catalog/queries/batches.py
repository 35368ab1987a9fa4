"""Decisions that were taken together, and what stands now of what they are about."""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from runtime.database import Database
from schemas.curation import APPROVAL

BATCH = "batch"
"""Kind of the fact that remembers them."""
_ASSETS = """
SELECT 'asset/' || asset_id AS entity, data -> 'fields' AS fields FROM catalog.facet
WHERE asset_id = ANY($1::text[]) AND version = 0 AND facet = 'curation'
"""
_OTHERS = """
SELECT f.kind || '/' || f.id AS entity, f.fields FROM unnest($1::text[], $2::text[]) asked (kind, id)
JOIN catalog.fact f USING (kind, id)
"""
_LINKS = "SELECT asset_id, sku, standing FROM catalog.link WHERE asset_id = ANY($1::text[]) ORDER BY standing DESC"


async def links_of(database: Database, assets: Collection[str]) -> dict[str, dict[str, str]]:
    """Asset → SKU → how its link stands: linked, suggested, confirmed or rejected. Raises Unavailable."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    async with database.reading() as connection:
        for row in await connection.fetch(_LINKS, list(assets)):
            found[row["asset_id"]][row["sku"]] = row["standing"]
    return found


async def standing(database: Database, entities: Collection[str]) -> dict[str, dict[str, Any]]:
    """Entity → all that people have decided of it so far, as the view knows it; {} for nothing. Raises Unavailable."""
    named: dict[str, list[str]] = defaultdict(list)
    for entity in entities:
        kind, _, name = entity.partition("/")
        named[kind].append(name)
    assets = named.pop("asset", [])
    others = [(kind, name) for kind, names in named.items() for name in names]
    async with database.reading() as connection:
        rows = await connection.fetch(_ASSETS, assets) if assets else []
        if others:
            rows += await connection.fetch(_OTHERS, *map(list, zip(*others, strict=True)))
    known = {row["entity"]: json.loads(row["fields"] or "{}") for row in rows}
    return {entity: known.get(entity, {}) for entity in entities}


async def live(database: Database, entities: Collection[str]) -> set[tuple[str, str]]:
    """Those that are assets with a live version, each with the field that approves it. Raises Unavailable."""
    assets = [one.partition("/")[2] for one in entities if one.startswith("asset/")]
    sql = "SELECT id, live FROM catalog.asset WHERE id = ANY($1::text[]) AND live IS NOT NULL"
    async with database.reading() as connection:
        rows = await connection.fetch(sql, assets)
    return {(f"asset/{row['id']}", f"{APPROVAL}{row['live']}") for row in rows}


async def remembered(database: Database, batch: str) -> list[dict[str, Any]] | None:
    """What was decided together, in its parts: `decided`, {set, clear, of: entities}, and `before`, entity → field →
    its value then. None where nobody remembers it, or not all of it yet. Raises Unavailable.
    """
    sql = "SELECT fields FROM catalog.fact WHERE kind = $1 AND id = ANY($2::text[])"
    async with database.reading() as connection:
        known = [json.loads(row["fields"]) for row in await connection.fetch(sql, BATCH, [batch])]
        if known and (parts := known[0].get("parts", 1)) > 1:
            others = [part_id(batch, number) for number in range(1, parts)]
            known += [json.loads(row["fields"]) for row in await connection.fetch(sql, BATCH, others)]
    return known if known and "decided" in known[0] and len(known) == known[0].get("parts", 1) else None


def part_id(batch: str, number: int) -> str:
    """Id of the fact that remembers this part of a batch, from 0."""
    return f"{batch}.{number}" if number else batch
