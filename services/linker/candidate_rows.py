"""SQL of what a picture may show: the products that share a key with it, with their whole families."""

import json
from collections.abc import Iterable
from functools import lru_cache

import asyncpg

from services.linker.catalogue import MOST_FAMILIES
from services.linker.listed import Listed

LISTED = "p.key, p.revision, p.kind, p.sku, p.gtin, p.name, p.parent, p.axes, p.formerly, p.files, p.groups, p.asins"
"""Columns of a `Listed`, in its order."""
_FAMILIES = (
    f"SELECT DISTINCT ON (p.sku) {LISTED} FROM (SELECT p.* FROM linker.product p JOIN root r ON p.sku = r.family "  # noqa: S608
    "  UNION ALL SELECT p.* FROM linker.product p JOIN root r ON p.parent = r.family) p "
    "WHERE p.active AND p.kind IN ('product', 'model') ORDER BY p.sku, p.system"
)
"""The products of the families in `root`."""


def _root(said: str) -> str:
    """The families that share a key with `said`.

    A key that more than MOST_FAMILIES share is a word like “t-shirt”: it would bring the shop in for one picture.
    """
    return (
        f"WITH root AS MATERIALIZED (SELECT DISTINCT f.family FROM ({said}) said, LATERAL ("  # noqa: S608
        "  SELECT array_agg(family) AS families FROM (SELECT DISTINCT family FROM linker.product_key "
        f"  WHERE key = said.key LIMIT {MOST_FAMILIES + 1}) few) found, unnest(families) AS f (family) "
        f"WHERE cardinality(families) <= {MOST_FAMILIES}) "
    )


_OF_ASSET = _root("SELECT DISTINCT key FROM linker.asset_key WHERE asset_id = $1 AND key NOT LIKE '~%'")
"""Keys that survive a typo (`~`) are left out: there are dozens, and most pictures are called what their product is."""
_KNOWN = (
    f"{_OF_ASSET} SELECT a.version, a.name, a.facts, a.ruled, a.sha256, a.arrived, a.joins, "  # noqa: S608
    "coalesce(r.facts, '{}') AS seen, coalesce(c.fields, '{}') AS fields, "
    f"CASE WHEN a.version = max(a.version) OVER () THEN (SELECT array_agg(f) FROM ({_FAMILIES}) f) END AS products "
    "FROM linker.asset a LEFT JOIN linker.reading r USING (asset_id, version) "
    "LEFT JOIN linker.curation c USING (asset_id) WHERE a.asset_id = $1 ORDER BY a.version"
)


async def known(db: asyncpg.Connection, asset_id: str) -> tuple[list[asyncpg.Record], list[Listed]]:
    """What is known of each version, oldest first, and what people decided; with it its `candidates`.

    Of each: version, name, facts, ruled, sha256, arrived, joins, seen, fields. One way to the server: each picture
    asks it.
    """
    rows = await db.fetch(_KNOWN, asset_id)
    return rows, [listed(row) for row in rows[-1]["products"] or ()] if rows else []


async def candidates(db: asyncpg.Connection, asset_id: str) -> list[Listed]:
    """Products that share a selective key with the asset, with their families."""
    return [listed(row) for row in await db.fetch(f"{_OF_ASSET} {_FAMILIES}", asset_id)]


async def sharing(db: asyncpg.Connection, keys: Iterable[str]) -> list[Listed]:
    """Products of all families that may be called by these keys."""
    query = f"{_root('SELECT unnest($1::text[]) AS key')} {_FAMILIES}"
    return [listed(row) for row in await db.fetch(query, sorted(keys))]


async def called(db: asyncpg.Connection, skus: Iterable[str]) -> list[Listed]:
    """Products that are or were called so, with their families: people spoke of them."""
    asked = sorted(skus)
    query = (
        "WITH root AS MATERIALIZED (SELECT DISTINCT CASE WHEN parent = '' THEN sku ELSE parent END AS family "  # noqa: S608
        "FROM linker.product WHERE active AND (sku = ANY($1) OR (formerly <> '{}' AND formerly && $1))) "
        f"{_FAMILIES}"
    )
    return [listed(row) for row in await db.fetch(query, asked)] if asked else []


def together(*found: Iterable[Listed]) -> list[Listed]:
    """Each product once."""
    return list({one.sku: one for products in found for one in products}.values())


def listed(row: asyncpg.Record) -> Listed:
    """A row of the columns LISTED."""
    key, revision, kind, sku, gtin, name, parent, axes, formerly, files, groups, asins = row
    said = _axes(axes)
    return Listed(key, revision, kind, sku, gtin, name, parent, said, formerly, files, tuple(groups), tuple(asins))


@lru_cache(maxsize=1 << 12)
def _axes(text: str) -> dict[str, str]:
    """A shop has few colours and sizes; nobody changes what is listed."""
    found: dict[str, str] = json.loads(text)
    return found
