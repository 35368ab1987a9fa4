"""A list of SKUs or GTINs that somebody has: which products they are, and which of these have pictures."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from runtime.database import Database
from services.catalog.queries.brands import condition, named
from services.catalog.queries.filters import Where
from services.catalog.queries.lead import LEAD, PLACED, in_sight
from services.catalog.queries.rows import Row, row_of
from services.catalog.said.codes import gtin
from services.catalog.scope import EVERYTHING, Scope

MOST = 10_000
"""Codes of one list."""
LONGEST = 200
_PRODUCTS = """
SELECT DISTINCT ON (n) n, sku, name, gtin, kind FROM (
  SELECT n, 1 AS way, p.* FROM unnest($1::text[]) WITH ORDINALITY asked (code, n)
  CROSS JOIN LATERAL (SELECT * FROM catalog.product WHERE lower(sku) = code OFFSET 0) p
  UNION ALL
  SELECT n, 2, p.* FROM unnest($2::text[]) WITH ORDINALITY asked (code, n)
  CROSS JOIN LATERAL (SELECT * FROM catalog.product WHERE gtin <> '' AND lpad(gtin, 14, '0') = code OFFSET 0) p
  WHERE code IS NOT NULL
) p
WHERE status = 'active' AND sku <> '' AND kind IN ('product', 'model') {brands}
ORDER BY n, way, kind = 'model' DESC, system, id
"""
"""Each code by an index of its own: PostgreSQL thinks that a GTIN is that of many products."""
_PLAIN = """
WITH m AS MATERIALIZED (
  SELECT sku, main, assets FROM catalog.product_media
  WHERE sku = ANY($1::text[]) AND status = 'active' AND main = ANY(assets)
), unseen AS MATERIALIZED (
  SELECT id FROM catalog.asset WHERE live IS NULL
), odd AS MATERIALIZED (
  SELECT DISTINCT m.sku FROM m CROSS JOIN unnest(m.assets) one JOIN unseen ON unseen.id = one
)
SELECT m.sku AS owner, cardinality(m.assets) AS pictures, 0 AS waiting, m.main AS picture
FROM m LEFT JOIN odd USING (sku) WHERE odd.sku IS NULL
"""
"""Products without variants whose pictures are all live and one of them the main one, as most are: the same as
_PICTURES says of them, without a look at each place."""
_PICTURES = f"""
WITH own AS (
  SELECT sku AS owner, sku FROM unnest($1::text[]) sku
  UNION ALL SELECT parent, sku FROM catalog.product
  WHERE parent = ANY($2::text[]) AND parent <> '' AND status = 'active' AND kind = 'product'
), unseen AS MATERIALIZED (
  SELECT id FROM catalog.asset WHERE live IS NULL
), item AS (
  SELECT own.owner, own.sku, own.sku = own.owner AS of_model, {PLACED}, a.id IS NULL AS live,
         a.id IS NULL {{seen}} AS shown
  FROM own JOIN catalog.product_media m ON m.sku = own.sku AND m.status = 'active'
  CROSS JOIN jsonb_array_elements(m.items) WITH ORDINALITY i (value, n)
  LEFT JOIN unseen a ON a.id = i.value ->> 'asset_id'
)
SELECT owner, count(DISTINCT asset) FILTER (WHERE live) AS pictures,
       count(DISTINCT asset) FILTER (WHERE NOT live) AS waiting, {LEAD} AS picture
FROM item GROUP BY owner
"""  # noqa: S608 - the parts are ours
"""$2: the models of them. What is not live yet is little: it is read once, instead of each picture."""


class Looked(NamedTuple):
    """What is known of one code, as it was given.

    product: sku, name, gtin, kind, or None; pictures: those that are live; picture: the id of the one to show
    (lead.py); waiting: those that are not live yet, because they wait to be approved or are being worked on.
    """

    code: str
    product: Row | None = None
    pictures: int = 0
    picture: str | None = None
    waiting: int = 0


def codes(text: str) -> list[str]:
    """Of a pasted list: one a line, or parted by commas, semicolons or tabs; blanks around them left out."""
    parts = (part.strip().strip("\"'") for part in re.split(r"[\n\r\t,;]+", text))
    return [part for part in parts if part]


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
        models = sorted({row["sku"] for row in found.values() if row["kind"] == "model"})
        single = [] if scope.limited else sorted(set(skus) - set(models))
        pictured = {row["owner"]: row for row in await connection.fetch(_PLAIN, single)}
        what = Where(values=[[sku for sku in skus if sku not in pictured], models])
        pictures = _PICTURES.replace("{seen}", in_sight(scope, what.mark))
        pictured |= {row["owner"]: row for row in await connection.fetch(pictures, *what.values)}
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
