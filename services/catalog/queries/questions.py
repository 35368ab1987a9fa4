"""What waits for a person's word about links: pictures that ask for one reason, together."""

import json
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from runtime.database import Database
from services.catalog.causes import Option, Question, alike, question
from services.catalog.queries.assets import COLUMNS
from services.catalog.queries.rows import Row, rows_of

SHOWN, ALIKE_SHOWN = 8, 24
"""Pictures of a group that are given with it; of those that only look like something a person sees more at once."""
_GROUPS = """
SELECT cause, count(*) AS count, (array_agg(asset_id ORDER BY arrived DESC, asset_id))
       [1:CASE WHEN min(options) IS NULL THEN $2::int ELSE $3::int END] AS ids
FROM (SELECT asset_id, cause, arrived, options::text FROM catalog.asking) asking
GROUP BY cause ORDER BY min(options) IS NOT NULL, count(*) DESC, cause LIMIT $1
"""
_ASKING = """
SELECT a.id, a.shown, l.data AS links, coalesce(c.data -> 'fields', '{}') AS fields, k.options FROM catalog.asset a
JOIN catalog.asking k ON k.asset_id = a.id
JOIN catalog.facet l ON l.asset_id = a.id AND l.version = a.shown AND l.facet = 'links'
LEFT JOIN catalog.facet c ON c.asset_id = a.id AND c.version = 0 AND c.facet = 'curation'
"""

_PRODUCTS = """
SELECT DISTINCT ON (p.sku) p.sku, p.name, p.parent, p.axes, m.main FROM catalog.product p
LEFT JOIN catalog.product_media m ON m.sku = p.sku AND m.status = 'active'
WHERE p.sku = ANY($1) ORDER BY p.sku, p.system
"""


@dataclass(frozen=True)
class Proposed:
    """A product that may be meant: its name, and the card of its main picture where it has one to compare with."""

    name: str
    main: Row | None
    parent: str = ""
    axes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Pictures that ask the same: how many, the first of them, and the question. products: by SKU, of all options."""

    count: int
    cards: list[Row]
    question: Question
    products: dict[str, Proposed]


async def groups(database: Database, *, most: int) -> list[Group]:
    """The largest first."""
    async with database.transaction() as connection:
        rows = await connection.fetch(_GROUPS, most, SHOWN, ALIKE_SHOWN)
        firsts = {row["ids"][0]: row for row in rows}
        asked = {one["id"]: _question(one) for one in await _asking(connection, "a.id = ANY($1)", list(firsts))}
        found = {asset: what for asset, what in asked.items() if what}
        products = await connection.fetch(_PRODUCTS, sorted({sku for what in found.values() for sku in what.skus}))
        ids = {asset for row in rows for asset in row["ids"]} | {row["main"] for row in products if row["main"]}
        query = f"SELECT {COLUMNS} FROM catalog.asset a WHERE a.id = ANY($1)"  # noqa: S608
        by_id = {card["id"]: card for card in rows_of(await connection.fetch(query, list(ids)))}
    proposed = {row["sku"]: _proposed(row, by_id) for row in products}
    return [
        Group(row["count"], [by_id[asset] for asset in row["ids"] if asset in by_id], found[first], proposed)
        for first, row in firsts.items()
        if first in found
    ]


def _proposed(row: asyncpg.Record, by_id: dict[str, Row]) -> Proposed:
    return Proposed(row["name"], by_id.get(row["main"]), row["parent"] or "", json.loads(row["axes"] or "{}"))


async def members(
    database: Database, cause: str, *, only: list[str] | None = None, most: int
) -> list[tuple[str, int, Question]]:
    """(asset, version that is shown, its question) of all, or `only` of those, that ask for this reason."""
    where = "k.cause = $1 AND ($2::text[] IS NULL OR a.id = ANY($2)) ORDER BY a.id LIMIT $3"
    async with database.transaction() as connection:
        rows = await _asking(connection, where, cause, only, most)
    return [(row["id"], row["shown"], what) for row in rows if (what := _question(row))]


async def _asking(connection: asyncpg.Connection, where: str, *values: Any) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await connection.fetch(f"{_ASKING} WHERE {where}", *values)
    return rows


def _question(row: asyncpg.Record) -> Question | None:
    if row["options"]:
        return alike(tuple(map(_option, json.loads(row["options"]))))
    return question(json.loads(row["links"]), json.loads(row["fields"]))


def _option(stored: dict[str, Any]) -> Option:
    return Option(tuple(stored["skus"]), stored["confidence"], tuple(stored["evidence"]))
