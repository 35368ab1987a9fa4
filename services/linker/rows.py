"""All SQL of the linker. Rows are guarded by (version, revision): late and doubled records change nothing."""

import json
from collections.abc import Iterable
from typing import Any

import asyncpg

from schemas.facet import Facet, FileFacet, LinksFacet
from schemas.product import Product


async def put_product(db: asyncpg.Connection, product: Product, keys: Iterable[str]) -> set[str]:
    """Store a product with its keys; returns all keys under which it was or is known (empty: nothing new)."""
    owner = product.key
    active = product.status == "active"
    fresh = await db.fetchval(
        "INSERT INTO linker.product VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (system, kind, id) "
        "DO UPDATE SET revision = $4, active = $5, sku = $6, parent = $7, record = $8 "
        "WHERE product.revision < $4 RETURNING 1",
        product.system, product.kind, product.id, product.revision, active, product.sku, product.parent,
        product.model_dump_json(),
    )  # fmt: skip
    if not fresh:
        return set()
    before = {
        row["key"] for row in await db.fetch("DELETE FROM linker.product_key WHERE owner = $1 RETURNING key", owner)
    }
    now = set(keys) if active else set()
    await db.executemany(
        "INSERT INTO linker.product_key VALUES ($1, $2, $3)", [(key, product.sku, owner) for key in now]
    )
    return before | now


async def family_keys(db: asyncpg.Connection, product: Product) -> set[str]:
    """Keys of the product's siblings: a picture linked by a sibling's name may belong to a new variant too."""
    if not product.parent:
        return set()
    rows = await db.fetch(
        "SELECT DISTINCT k.key FROM linker.product_key k JOIN linker.product p ON p.sku = k.sku "
        "JOIN linker.asset_key a ON a.key = k.key WHERE p.parent = $1 OR p.sku = $1",
        product.parent,
    )
    return {row["key"] for row in rows}


async def with_media(db: asyncpg.Connection, skus: list[str]) -> list[str]:
    """Those of these SKUs that have a picture, own or of their model: the others have nothing to say."""
    rows = await db.fetch(
        "SELECT DISTINCT p.sku FROM linker.product p JOIN linker.link l ON l.sku IN (p.sku, p.parent) "
        "WHERE p.sku = ANY($1)",
        skus,
    )
    return [row["sku"] for row in rows]


async def put_asset(db: asyncpg.Connection, facet: Facet, file: FileFacet, keys: Iterable[str]) -> bool:
    """Store what an asset says of itself; False where this is old news."""
    facts = {"embedded": file.embedded, "sidecar": file.sidecar}
    fresh = await db.fetchval(
        "INSERT INTO linker.asset VALUES ($1, $2, $3, $4, $5) ON CONFLICT (asset_id) DO UPDATE SET "
        "version = $2, revision = $3, name = $4, facts = $5 WHERE (asset.version, asset.revision) < ($2, $3) "
        "RETURNING 1",
        facet.asset_id, facet.version, facet.revision, file.key, json.dumps(facts),
    )  # fmt: skip
    if fresh:
        await db.execute("DELETE FROM linker.asset_key WHERE asset_id = $1", facet.asset_id)
        await db.executemany(
            "INSERT INTO linker.asset_key VALUES ($1, $2)", [(key, facet.asset_id) for key in set(keys)]
        )
    return bool(fresh)


async def put_curation(db: asyncpg.Connection, facet: Facet) -> bool:
    """Store what people decided about an asset; False where this is old news."""
    fresh = await db.fetchval(
        "INSERT INTO linker.curation VALUES ($1, $2, $3) ON CONFLICT (asset_id) DO UPDATE SET revision = $2, "
        "fields = $3 WHERE curation.revision < $2 RETURNING 1",
        facet.asset_id, facet.revision, json.dumps(facet.data.get("fields", {})),
    )  # fmt: skip
    return bool(fresh)


async def put_links(db: asyncpg.Connection, facet: Facet, links: LinksFacet) -> set[str]:
    """Store an asset's links; returns the SKUs whose media changed."""
    fresh = await db.fetchval(
        "INSERT INTO linker.linked VALUES ($1, $2, $3) ON CONFLICT (asset_id) DO UPDATE SET version = $2, "
        "revision = $3 WHERE (linked.version, linked.revision) < ($2, $3) RETURNING 1",
        facet.asset_id, facet.version, facet.revision,
    )  # fmt: skip
    if not fresh:
        return set()
    old = await db.fetch("DELETE FROM linker.link WHERE asset_id = $1 RETURNING sku", facet.asset_id)
    await db.executemany(
        "INSERT INTO linker.link VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        [
            (facet.asset_id, link.sku, facet.version, link.role, link.confidence, link.position, json.dumps(link.look))
            for link in links.links
        ],
    )
    changed = {row["sku"] for row in old} | {link.sku for link in links.links}
    whole = [link.sku for link in links.links if link.level == "model" and not link.look]
    children = await db.fetch("SELECT sku FROM linker.product WHERE parent = ANY($1)", whole) if whole else []
    return changed | {row["sku"] for row in children}


async def put_todo(db: asyncpg.Connection, todo: Iterable[tuple[str, str]]) -> None:
    """Note what is touched, in the transaction of the rows that touch it."""
    await db.executemany("INSERT INTO linker.todo VALUES ($1, $2) ON CONFLICT DO NOTHING", sorted(set(todo)))


async def take_todo(db: asyncpg.Connection, most: int) -> list[tuple[str, str]]:
    """Take what is to be asked; it is gone when the transaction commits."""
    rows = await db.fetch(
        "DELETE FROM linker.todo WHERE (kind, id) IN (SELECT kind, id FROM linker.todo ORDER BY kind, id "
        "FOR UPDATE SKIP LOCKED LIMIT $1) RETURNING kind, id",
        most,
    )
    return [(row["kind"], row["id"]) for row in rows]


async def assets_named(db: asyncpg.Connection, keys: Iterable[str]) -> list[str]:
    """Assets that may be spoken of by these keys."""
    rows = await db.fetch("SELECT DISTINCT asset_id FROM linker.asset_key WHERE key = ANY($1)", list(keys))
    return [row["asset_id"] for row in rows]


async def version_of(db: asyncpg.Connection, asset_id: str) -> int | None:
    """The newest version of one asset."""
    version: int | None = await db.fetchval("SELECT version FROM linker.asset WHERE asset_id = $1", asset_id)
    return version


async def asset(db: asyncpg.Connection, asset_id: str) -> asyncpg.Record | None:
    """(version, name, facts, fields): what is known of one asset and what people decided."""
    return await db.fetchrow(
        "SELECT a.version, a.name, a.facts, coalesce(c.fields, '{}') AS fields FROM linker.asset a "
        "LEFT JOIN linker.curation c USING (asset_id) WHERE a.asset_id = $1",
        asset_id,
    )


async def candidates(db: asyncpg.Connection, asset_id: str, extra: list[str]) -> list[Product]:
    """Products that share a key with the asset (or are named in `extra` by SKU), with their whole families."""
    rows = await db.fetch(
        "WITH hit AS (SELECT p.sku, p.parent FROM linker.asset_key k JOIN linker.product_key pk USING (key) "
        "  JOIN linker.product p ON p.sku = pk.sku AND p.active WHERE k.asset_id = $1 "
        "  UNION SELECT sku, parent FROM linker.product WHERE active AND sku = ANY($2)), "
        "root AS (SELECT DISTINCT CASE WHEN parent = '' THEN sku ELSE parent END AS sku FROM hit) "
        "SELECT DISTINCT ON (p.sku) p.record FROM linker.product p JOIN root r ON p.sku = r.sku OR p.parent = r.sku "
        "WHERE p.active AND p.kind IN ('product', 'model') ORDER BY p.sku, p.system",
        asset_id, extra,
    )  # fmt: skip
    return [Product.model_validate_json(row["record"]) for row in rows]


async def product(db: asyncpg.Connection, sku: str) -> Product | None:
    """The active product of that SKU."""
    row = await db.fetchrow("SELECT record FROM linker.product WHERE sku = $1 AND active ORDER BY system LIMIT 1", sku)
    return Product.model_validate_json(row["record"]) if row else None


async def links_of(db: asyncpg.Connection, sku: str) -> list[dict[str, Any]]:
    """Links of one SKU: asset_id, version, role, confidence, position, look, name."""
    rows = await db.fetch(
        "SELECT l.asset_id, l.version, l.role, l.confidence, l.position, l.look, coalesce(a.name, '') AS name "
        "FROM linker.link l LEFT JOIN linker.asset a USING (asset_id) WHERE l.sku = $1",
        sku,
    )
    return [dict(row) for row in rows]
