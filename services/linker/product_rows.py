"""SQL of products: a batch of them is put at once, and what it touches is looked up."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import asyncpg

from schemas.groups import group_key, groups_of
from schemas.product import Product
from services.linker.candidate_rows import LISTED, listed
from services.linker.listed import Listed
from services.linker.products import Look, look_in, near_names, product_keys

SAID = "sku, gtin, name, parent, asins, axes, formerly, files"
"""Columns of what links and media depend on; with `active`."""


class Put(NamedTuple):
    """What a batch changed: products that say something new, known ones in other groups, and lost keys."""

    changed: list[Product]
    regrouped: list[Product]
    gone: set[str]


async def put_products(db: asyncpg.Connection, products: Iterable[Product]) -> Put:
    """Store products with their keys.

    Old news are passed over, as is what says nothing to the linker: most of a PIM's changes are of prices and texts.
    """
    newest: dict[str, Product] = {}
    for one in products:
        if one.key not in newest or newest[one.key].revision < one.revision:
            newest[one.key] = one
    stood = {
        row["key"]: (row["revision"], _said(row), row["groups"])
        for row in await db.fetch(
            f"SELECT key, revision, active, {SAID}, groups FROM linker.product WHERE key = ANY($1)",  # noqa: S608
            list(newest),
        )
    }
    fresh = [one for key, one in newest.items() if key not in stood or stood[key][0] < one.revision]
    if fresh:
        await _upsert(db, fresh)
    changed = [one for one in fresh if one.key not in stood or stood[one.key][1] != _says(one)]
    regrouped = [one for one in fresh if one.key in stood and stood[one.key][2] != _groups(one)]
    return Put(changed, regrouped, await _put_keys(db, changed, [one.key for one in changed if one.key in stood]))


async def _upsert(db: asyncpg.Connection, products: Sequence[Product]) -> None:
    await db.executemany(
        "INSERT INTO linker.product VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
        "ON CONFLICT (key) DO UPDATE SET revision = $4, active = $5, sku = $6, gtin = $7, name = $8, parent = $9, "
        "axes = $10, formerly = $11, groups = $12, files = $13, asins = $14 WHERE product.revision < $4",
        list(map(product_row, products)),
    )


def product_row(one: Product) -> tuple[object, ...]:
    """What is put into `product`, column by column."""
    return (
        one.key, one.system, one.kind, one.revision, one.status == "active", one.sku, one.gtin, one.name, one.parent,
        json.dumps(one.axes), one.formerly, _groups(one), one.files, one.asins,
    )  # fmt: skip


def key_rows(one: Product) -> list[tuple[str, str, str]]:
    """What is put into `product_key` for it."""
    return [(key, one.parent or one.sku, one.key) for key in product_keys(one)] if one.status == "active" else []


async def _put_keys(db: asyncpg.Connection, products: Sequence[Product], known: list[str]) -> set[str]:
    """The keys of these, instead of those that they had; returns those that nothing of these has any more."""
    query = "DELETE FROM linker.product_key WHERE owner = ANY($1) RETURNING key"
    before = {row["key"] for row in await db.fetch(query, known)} if known else set()
    rows = [row for one in products for row in key_rows(one)]
    if rows:
        await db.copy_records_to_table("product_key", schema_name="linker", records=rows)
    return before - {key for key, _, _ in rows}


def _says(one: Product) -> tuple[object, ...]:
    active = one.status == "active"
    return active, one.sku, one.gtin, one.name, one.parent, one.asins, one.axes, one.formerly, one.files


def _said(row: asyncpg.Record) -> tuple[object, ...]:
    """The same of a row."""
    *before, axes, formerly, files = (row[name] for name in ("active", *SAID.split(", ")))
    return *before, json.loads(axes), formerly, files


def _groups(one: Product) -> list[str]:
    return [key for group in groups_of(one.category, one.attributes) if (key := group_key(group))]


async def asked_keys(db: asyncpg.Connection, products: list[str]) -> list[str]:
    """Keys of these products and of their siblings by which any picture is called, or may be called by a slip.

    A picture that is linked by a sibling's name may belong to a new variant too.
    """
    rows = await db.fetch(
        "WITH family AS (SELECT DISTINCT parent FROM linker.product WHERE key = ANY($1) AND parent <> ''), "
        "owners AS (SELECT unnest($1::text[]) AS key UNION SELECT p.key FROM linker.product p JOIN family f "
        "  ON p.parent = f.parent UNION SELECT p.key FROM linker.product p JOIN family f ON p.sku = f.parent) "
        "SELECT DISTINCT k.key FROM owners o JOIN linker.product_key k ON k.owner = o.key "
        "WHERE EXISTS (SELECT FROM linker.asset_key a WHERE a.key = k.key)",
        products,
    )
    looks = await db.fetch(
        "SELECT DISTINCT parent, axes FROM linker.product WHERE key = ANY($1) AND parent <> '' AND active", products
    )
    near = (near_names(row["parent"], json.loads(row["axes"])) for row in looks)
    return [*(row["key"] for row in rows), *set[str]().union(*near)]


async def with_media(db: asyncpg.Connection, products: list[str]) -> list[str]:
    """SKUs of these and of their models that have a picture, own or of their model: others have nothing to say."""
    rows = await db.fetch(
        "WITH said AS (SELECT sku FROM linker.product WHERE key = ANY($1) UNION "
        "  SELECT parent FROM linker.product WHERE key = ANY($1) AND parent <> '') "
        "SELECT DISTINCT p.sku FROM said JOIN linker.product p USING (sku) "
        "JOIN linker.link l ON l.sku IN (p.sku, p.parent)",
        products,
    )
    return [row["sku"] for row in rows]


async def product(db: asyncpg.Connection, sku: str) -> Listed | None:
    """The active product of that SKU."""
    row = await db.fetchrow(
        f"SELECT {LISTED} FROM linker.product p WHERE sku = $1 AND active ORDER BY system LIMIT 1",  # noqa: S608
        sku,
    )
    return listed(row) if row else None


async def looks_of(db: asyncpg.Connection, model: str) -> set[Look]:
    """The looks that variants of this model have, or had: of those that were removed, too."""
    rows = await db.fetch("SELECT DISTINCT axes FROM linker.product WHERE parent = $1", model)
    return {look_in(json.loads(row["axes"])) for row in rows}
