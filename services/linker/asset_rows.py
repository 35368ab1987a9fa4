"""SQL of what each version of an asset says of itself, and the keys that may name its products.

Rows are guarded by (version, revision): late and doubled records change nothing.
"""

import json
from collections.abc import Iterable
from typing import Any

import asyncpg

from schemas.facet import Facet
from schemas.file import FileFacet
from services.linker.editions import joins
from services.linker.evidence import facts_of
from services.linker.rules import Reading
from services.linker.sequence import Place, place_of


async def put_asset(
    db: asyncpg.Connection, facet: Facet, file: FileFacet, keys: Iterable[str], ruled: Reading | None = None
) -> bool:
    """Store what a version says of itself, and what a naming rule reads in its name; False where this is old news."""
    fresh = await db.fetchval(
        "INSERT INTO linker.asset VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
        "ON CONFLICT (asset_id, version) DO UPDATE SET revision = $3, name = $4, facts = $5, run = $6, at = $7, "
        "taken = $8, ruled = $9, sha256 = $10, arrived = $11, joins = $12 "
        "WHERE asset.revision < $3 RETURNING CASE WHEN xmax = 0 THEN 'new' ELSE 'again' END",
        *asset_row(facet, file, ruled),
    )
    if fresh:
        await put_keys(db, (facet.asset_id, facet.version), keys, "file", had=fresh != "new")
    return bool(fresh)


def asset_row(facet: Facet, file: FileFacet, ruled: Reading | None = None) -> tuple[object, ...]:
    """What is put into `asset`, column by column."""
    facts, place = facts_of(file), place_of(file)
    return (
        facet.asset_id, facet.version, facet.revision, file.key, json.dumps(facts), place.run, place.at, place.taken,
        ruled.model_dump_json() if ruled else None, file.sha256, file.arrived, joins(file),
    )  # fmt: skip


async def place(db: asyncpg.Connection, asset_id: str, version: int) -> Place | None:
    """Where that version stands among the frames of its shoot."""
    query = "SELECT run, at, taken FROM linker.asset WHERE asset_id = $1 AND version = $2"
    row = await db.fetchrow(query, asset_id, version)
    return Place(*row) if row else None


async def put_reading(db: asyncpg.Connection, facet: Facet, facts: dict[str, Any], keys: set[str]) -> bool:
    """Store what was read in a version; False where this is old news, or nothing that could name a product."""
    own = facet.asset_id, facet.version
    before = await db.fetchval("SELECT facts FROM linker.reading WHERE asset_id = $1 AND version = $2", *own)
    fresh = await db.fetchval(
        "INSERT INTO linker.reading VALUES ($1, $2, $3, $4, $5) ON CONFLICT (asset_id, version) DO UPDATE SET "
        "revision = $3, named = $4, facts = $5 WHERE reading.revision < $3 RETURNING 1",
        *own, facet.revision, bool(keys), json.dumps(facts),
    )  # fmt: skip
    if not fresh or json.loads(before or "{}") == facts or not (before or keys):
        return False
    await put_keys(db, own, keys, "picture")
    return True


async def put_keys(
    db: asyncpg.Connection, own: tuple[str, int], keys: Iterable[str], said: str, *, had: bool = True
) -> None:
    """The keys of one version (asset id and version) instead of those that it had. had: whether it may have had any."""
    if had:
        await db.execute("DELETE FROM linker.asset_key WHERE asset_id = $1 AND version = $2 AND said = $3", *own, said)
    query = "INSERT INTO linker.asset_key SELECT key, $2, $3, $4 FROM unnest($1::text[]) AS said (key)"
    await db.execute(query, sorted(set(keys)), *own, said)


async def assets_named(db: asyncpg.Connection, keys: Iterable[str]) -> list[str]:
    """Assets that may be spoken of by these keys.

    A key that survives a typo (`~`) speaks only of what no product is called exactly: running numbers are all one typo
    apart, and each product would ask for dozens of pictures of its neighbours.
    """
    rows = await db.fetch(
        "SELECT DISTINCT k.asset_id FROM linker.asset_key k WHERE k.key = ANY($1) AND (k.key NOT LIKE '~%' OR "
        "NOT EXISTS (SELECT 1 FROM linker.asset_key own JOIN linker.product_key known ON known.key = own.key "
        "WHERE own.asset_id = k.asset_id AND own.version = k.version AND own.key NOT LIKE '~%'))",
        list(keys),
    )
    return [row["asset_id"] for row in rows]


async def versions_of(db: asyncpg.Connection, asset_id: str) -> list[int]:
    """The versions that are wanted or may be again: from the live one on, without those that a person put out.

    The newest alone would not do: where render refuses it, the one before is wanted, and nobody asks us anew.
    """
    rows = await db.fetch(
        "SELECT a.version FROM linker.asset a LEFT JOIN linker.head h USING (asset_id) WHERE a.asset_id = $1 "
        "AND a.version >= coalesce(h.live, 0) AND NOT a.version = ANY(coalesce(h.out, '{}')) ORDER BY a.version",
        asset_id,
    )
    return [row["version"] for row in rows]
