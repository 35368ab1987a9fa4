"""Products with their pictures by role, and the holes.

A *group* is a product model with its variants, or a product that stands alone; its id is the model's SKU. A product's
`parent` may name the model by SKU. A picture of one colour belongs to all its sizes, so holes are counted in variants.
"""

from functools import reduce
from itertools import chain
from typing import NamedTuple

import asyncpg

from runtime.database import Database
from schemas.product import ORDER, PRODUCT, order_in
from services.catalog.queries.brands import condition, is_of, named
from services.catalog.queries.cursor import decode_name, encode_name, of
from services.catalog.queries.part import within
from services.catalog.queries.rows import Row, row_of, rows_of
from services.catalog.scope import EVERYTHING, Scope

ROLES = ("main", "front", "back", "side", "detail", "additional", "lifestyle")
"""Columns of the products page, in the order of a gallery."""
_GROUPS = """
WITH sought AS (
  SELECT DISTINCT v.family FROM catalog.sold v {media}
  WHERE v.kind = 'product' AND v.family > $1 {brands} {match} {lacks} ORDER BY v.family LIMIT $2
), variant AS MATERIALIZED (
  SELECT v.family AS id, v.sku, v.name, v.category, v.kind, m.main AS said, coalesce(m.items, '[]') AS items
  FROM sought JOIN catalog.sold v USING (family)
  LEFT JOIN catalog.product_media m ON m.sku = v.sku AND m.status = 'active' {shown}
), item AS MATERIALIZED (
  SELECT v.id, v.sku, v.kind, i.value ->> 'asset_id' AS asset, i.value ->> 'role' AS role, i.n,
         i.value ->> 'asset_id' = v.said AS said, a.id IS NULL AS there
  FROM variant v CROSS JOIN jsonb_array_elements(v.items) WITH ORDINALITY i (value, n)
  LEFT JOIN catalog.asset a ON a.id = i.value ->> 'asset_id' AND a.live IS NULL
), had AS (
  SELECT id, sku, kind, array_agg(role) AS roles,
         (array_agg(asset ORDER BY said DESC, role = 'main' DESC, n)
            FILTER (WHERE said OR role IN ('main', 'front')))[1] AS main
  FROM item WHERE there GROUP BY id, sku, kind
), page AS (
  SELECT v.id, count(*) FILTER (WHERE v.kind = 'product') AS variants,
         count(*) FILTER (WHERE v.kind = 'product' AND h.main IS NULL) AS without_main,
         coalesce(max(name) FILTER (WHERE v.kind = 'model'), min(name)) AS name, min(category) AS category,
         min(h.main) AS main, {counts}
  FROM variant v LEFT JOIN had h ON (h.id, h.sku, h.kind) = (v.id, v.sku, v.kind) GROUP BY v.id
), picture AS (
  SELECT id, count(DISTINCT asset) FILTER (WHERE there) AS pictures,
         count(DISTINCT asset) FILTER (WHERE NOT there) AS waiting,
         count(DISTINCT asset) FILTER (WHERE there AND NOT role = ANY($3::text[])) AS others,
         array_agg(DISTINCT role) FILTER (WHERE there AND NOT role = ANY($3::text[])) AS other_roles,
         (array_agg(asset ORDER BY array_position($3::text[], role), asset) FILTER (WHERE there))[1] AS first
  FROM item GROUP BY id
)
SELECT page.*, coalesce(pictures, 0) AS pictures, coalesce(waiting, 0) AS waiting, coalesce(others, 0) AS others,
       coalesce(other_roles, '{}') AS other_roles, coalesce(main, first) AS picture
FROM page LEFT JOIN picture USING (id) ORDER BY id
"""
"""A picture that is not live yet is *unseen*: it fills no hole. Only what is on the page is looked at, in the order of
an index."""
_MATCH = "AND EXISTS (SELECT FROM catalog.sold s WHERE s.family = v.family AND s.said ILIKE $4)"
_MEDIA = "LEFT JOIN catalog.product_media m ON m.sku = v.sku AND m.status = 'active'"
_LACKS = """AND (m.sku IS NULL OR NOT ({roles}) OR m.sku IN (
  SELECT sku FROM catalog.product_media WHERE assets && ARRAY(SELECT id FROM catalog.asset WHERE live IS NULL)
) AND NOT EXISTS (
  SELECT FROM jsonb_array_elements(m.items) i WHERE ({item})
  AND NOT EXISTS (SELECT FROM catalog.asset a WHERE a.id = i ->> 'asset_id' AND a.live IS NULL)))"""
"""A variant's media say which roles they have; only where something of them is unseen, each is looked at."""
_HAS = {role: (f"'{role}' = ANY(m.roles)", f"i ->> 'role' = '{role}'") for role in ROLES} | {
    "main": (
        "m.main = ANY(m.assets) OR m.roles && '{main,front}'",
        "i ->> 'asset_id' = m.main OR i ->> 'role' IN ('main', 'front')",
    )
}


class Page(NamedTuple):
    """Some groups, and the cursor of the next ones (None at the end)."""

    rows: list[Row]
    cursor: str | None


def _counts() -> str:
    return ", ".join(
        f"count(*) FILTER (WHERE v.kind = 'product' AND '{role}' = ANY(h.roles)) AS role_{role}" for role in ROLES
    )


async def groups(
    database: Database,
    *,
    text: str = "",
    missing: str = "",
    limit: int = 60,
    cursor: str | None = None,
    scope: Scope = EVERYTHING,
) -> Page:
    """Product groups with `role_<role>`: how many variants have a picture in that role. What is not live yet is none.

    `pictures` are all of them, `waiting` those that are not live yet, `others` those in a role without a column,
    `picture` the one to show.

    `text` is looked for in SKU, name and GTIN; `missing` names a role that at least one variant lacks. scope: of its
    brands alone.
    Raises BadCursor, Unavailable.
    """
    own = of("products", text, missing)
    sought = [within(text)] if text.strip() else []
    brand = condition("v", f"${4 + len(sought)}") if scope.brands else ""
    parts = {"{brands}": brand and f"AND {brand}", "{shown}": brand and f"WHERE v.kind = 'model' OR {brand}"}
    parts |= {"{counts}": _counts(), "{match}": _MATCH if text.strip() else "", "{media}": "", "{lacks}": ""}
    if missing in ROLES:
        roles, item = _HAS[missing]
        parts |= {"{media}": _MEDIA, "{lacks}": _LACKS.replace("{roles}", roles).replace("{item}", item)}
    sql = reduce(lambda said, part: said.replace(*part), parts.items(), _GROUPS)
    asked: list[object] = [decode_name(cursor, own), limit + 1, list(ROLES), *sought]
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(sql, *asked, *([named(scope)] if scope.brands else [])))
    return Page(rows[:limit], encode_name(rows[limit - 1]["id"], own) if len(rows) > limit else None)


class Family(NamedTuple):
    """A product (or model) with its variants; `media` by SKU, `assets` by id, `orders` (given by people) by SKU;
    `deliveries`: of their pictures to PIMs."""

    product: Row
    variants: list[Row]
    media: dict[str, Row]
    assets: dict[str, Row]
    orders: dict[str, list[str]]
    deliveries: list[Row]


async def family(database: Database, sku: str, scope: Scope = EVERYTHING) -> Family | None:
    """The product of that SKU with its variants, or None. scope: of its brands alone. Raises Unavailable."""
    brands = named(scope)
    async with database.transaction() as connection:
        found = await connection.fetchrow(
            "SELECT * FROM catalog.product WHERE sku = $1 AND kind IN ('product', 'model') "
            "ORDER BY status, (kind = 'model') DESC, system LIMIT 1",
            sku,
        )
        if found is None:
            return None
        records = await connection.fetch(
            "SELECT DISTINCT ON (sku) * FROM catalog.product WHERE parent = $1 AND kind = 'product' "
            "AND status = 'active' ORDER BY sku, system",
            sku,
        )
        product = row_of(found)
        model = row_of(parent) if (parent := await _model(connection, found["parent"])) else product
        variants = [one for one in rows_of(records) or [product] if is_of(one, model, brands)]
        if not variants:
            return None
        skus = [sku, *(variant["sku"] for variant in variants)]
        told = rows_of(
            await connection.fetch(
                "SELECT * FROM catalog.product_media WHERE sku = ANY($1::text[]) AND status = 'active'", skus
            )
        )
        ids = sorted({item["asset_id"] for media in told for item in media["items"]})
        shown = await connection.fetch(
            "SELECT id, name, state, live, approves, shown, thumbnail IS NOT NULL AS thumbnail FROM catalog.asset "
            "WHERE id = ANY($1::text[])",
            ids,
        )
        orders = await _orders(connection, {one["sku"]: [one["sku"], *one["formerly"]] for one in variants})
        delivered = await connection.fetch(
            "SELECT * FROM catalog.delivery WHERE entity = ANY($1::text[]) ORDER BY entity, target", skus
        )
    media, cards = {m["sku"]: m for m in told}, {row["id"]: row_of(row) for row in shown}
    return Family(product, variants, media, cards, orders, rows_of(delivered))


async def _model(connection: asyncpg.Connection, sku: str) -> asyncpg.Record | None:
    """The product model of that SKU."""
    sql = (
        "SELECT * FROM catalog.product WHERE sku = $1 AND kind = 'model' AND status = 'active' ORDER BY system LIMIT 1"
    )
    return await connection.fetchrow(sql, sku) if sku else None


async def _orders(connection: asyncpg.Connection, names: dict[str, list[str]]) -> dict[str, list[str]]:
    """names: SKU → itself and what it was called before: an order by hand holds under a new SKU."""
    rows = rows_of(
        await connection.fetch(
            "SELECT id, fields FROM catalog.fact WHERE kind = $1 AND id = ANY($2::text[]) AND fields ? $3",
            PRODUCT, sorted(set(chain(*names.values()))), ORDER,
        )
    )  # fmt: skip
    said = {row["id"]: row["fields"] for row in rows}
    return {sku: order_in(said, called) for sku, called in names.items()}


async def media_of(database: Database, skus: list[str]) -> dict[str, set[str]]:
    """SKU → the assets among its media, of those that have any. Raises Unavailable."""
    sql = "SELECT sku, items FROM catalog.product_media WHERE sku = ANY($1::text[]) AND status = 'active'"
    async with database.transaction() as connection:
        found = rows_of(await connection.fetch(sql, skus))
    return {row["sku"]: {item["asset_id"] for item in row["items"]} for row in found if row["items"]}


def holes(roles_of: dict[str, set[str]]) -> dict[str, list[str]]:
    """SKU → roles it lacks: `main` always counts; another role where a sibling has it."""
    known = [role for role in ROLES if role == "main" or any(role in roles for roles in roles_of.values())]
    return {sku: [role for role in known if role not in roles] for sku, roles in roles_of.items()}
