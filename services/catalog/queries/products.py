"""Products with their pictures by role, and the holes.

A *group* is a product model with its variants, or a product that stands alone; its id is the model's SKU. A product's
`parent` may name the model by SKU. A picture of one colour belongs to all its sizes, so holes are counted in variants.
"""

from itertools import chain
from typing import NamedTuple

import asyncpg

from runtime.database import Database
from schemas.product import ORDER, PRODUCT, order_in
from services.catalog.queries.brands import is_of, named
from services.catalog.queries.rows import Row, row_of, rows_of
from services.catalog.scope import EVERYTHING, Scope

ROLES = ("main", "front", "back", "side", "detail", "additional", "lifestyle")
"""Columns of the products page, in the order of a gallery."""


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
            "SELECT id, name, state, live, newest, approves, shown, thumbnail IS NOT NULL AS thumbnail "
            "FROM catalog.asset WHERE id = ANY($1::text[])",
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
