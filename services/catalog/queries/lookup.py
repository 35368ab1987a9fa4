"""A list of SKUs or GTINs that somebody has: which products they are, and which of these have pictures."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from runtime.database import Database
from services.catalog.queries.brands import condition, named
from services.catalog.queries.rows import Row, row_of
from services.catalog.said.codes import gtin
from services.catalog.scope import EVERYTHING, Scope

MOST = 10_000
"""Codes of one list."""
LONGEST = 200
_PRODUCTS = """
SELECT DISTINCT ON (asked.n) asked.n, p.sku, p.name, p.gtin, p.kind
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY asked (sku, gtin, n) JOIN catalog.product p
  ON lower(p.sku) = asked.sku OR p.gtin <> '' AND lpad(p.gtin, 14, '0') = asked.gtin
WHERE p.status = 'active' AND p.sku <> '' AND p.kind IN ('product', 'model') {brands}
ORDER BY asked.n, lower(p.sku) = asked.sku DESC, p.kind = 'model' DESC, p.system, p.id
"""
_PICTURES = """
WITH own AS (
  SELECT sku AS owner, sku FROM unnest($1::text[]) sku
  UNION SELECT parent, sku FROM catalog.product
  WHERE parent = ANY($1::text[]) AND parent <> '' AND status = 'active' AND kind = 'product'
)
SELECT own.owner, count(DISTINCT a.id) FILTER (WHERE a.live IS NOT NULL) AS pictures,
       count(DISTINCT a.id) FILTER (WHERE a.live IS NULL) AS waiting,
       coalesce(min(a.id) FILTER (WHERE a.live IS NOT NULL AND a.id = m.main AND own.sku = own.owner),
                min(a.id) FILTER (WHERE a.live IS NOT NULL AND a.id = m.main),
                min(a.id) FILTER (WHERE a.live IS NOT NULL)) AS picture
FROM own JOIN catalog.product_media m ON m.sku = own.sku AND m.status = 'active'
CROSS JOIN jsonb_array_elements(m.items) i JOIN catalog.asset a ON a.id = i ->> 'asset_id' GROUP BY own.owner
"""


class Looked(NamedTuple):
    """What is known of one code, as it was given.

    product: sku, name, gtin, kind, or None; pictures: those that are live; picture: the id of one of them; waiting:
    those that are not live yet, because they wait to be approved or are being worked on.
    """

    code: str
    product: Row | None = None
    pictures: int = 0
    picture: str | None = None
    waiting: int = 0


def codes(text: str) -> list[str]:
    """Of a pasted list: one a line, or parted by commas, semicolons or tabs; each once, blanks around them left out."""
    parts = (part.strip().strip("\"'") for part in re.split(r"[\n\r\t,;]+", text))
    return list(dict.fromkeys(part for part in parts if part))


async def looked_up(database: Database, asked: Sequence[str], scope: Scope = EVERYTHING) -> list[Looked]:
    """Each code in the order given. A product model has the pictures of its variants. Raises Unavailable.

    scope: of its brands alone; a code of another is one that nothing is.
    """
    sql = _PRODUCTS.replace("{brands}", f"AND {condition('p', '$3')}" if scope.brands else "")
    codes = [code.lower() for code in asked], [gtin(code) for code in asked]
    async with database.transaction() as connection:
        rows = await connection.fetch(sql, *codes, *([named(scope)] if scope.brands else []))
        found = {row["n"] - 1: row_of(row) for row in rows}
        skus = sorted({row["sku"] for row in found.values()})
        pictured = {row["owner"]: row for row in await connection.fetch(_PICTURES, skus)}
    return [_looked(code, found.get(place), pictured) for place, code in enumerate(asked)]


def _looked(code: str, product: Row | None, pictured: dict[str, Row]) -> Looked:
    shown = pictured.get(product["sku"]) if product else None
    return (
        Looked(code, product, *(shown[name] for name in ("pictures", "picture", "waiting")))
        if shown
        else Looked(code, product)
    )


def parted(looked: Iterable[Looked]) -> tuple[list[Looked], list[Looked], list[Looked]]:
    """Those with pictures that are live, those that are products without any, and those that nothing is."""
    every = list(looked)
    found = [one for one in every if one.pictures]
    return found, [one for one in every if one.product and not one.pictures], [one for one in every if not one.product]
