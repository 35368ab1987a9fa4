"""What somebody may have meant by a code that no product has: a SKU written otherwise, or with a slip."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from runtime.database import Database
from schemas.gtin import check_digit
from services.catalog.queries.brands import condition, named
from services.catalog.queries.skus import Sku
from services.catalog.said.codes import gtin, joined
from services.catalog.scope import EVERYTHING, Scope

MOST = 20
"""Codes of one list that a SKU is suggested for; a list of thousands that are wrong is wrong in another way."""
NEAR = 0.5
"""Likeness (trigrams) from which another SKU is worth a suggestion."""
_MEANT = f"""
SELECT asked.n, near.sku, near.name
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY asked (code, pattern, plain, n) CROSS JOIN LATERAL (
  SELECT p.sku, p.name, similarity(p.sku, asked.code) AS alike,
    translate(lower(p.sku), ' -_./', '') = asked.plain AS same
  FROM catalog.sold p WHERE (p.said ILIKE asked.pattern OR asked.code <% p.said) {{brands}}
) near
WHERE near.same OR near.alike >= {NEAR} ORDER BY asked.n, near.same DESC, near.alike DESC, near.sku COLLATE "C"
"""  # noqa: S608 - the likeness is ours


class Written(NamedTuple):
    """A code as it is looked for: as it was written, as a pattern of its parts, and without any sign between them."""

    code: str
    pattern: str
    plain: str


def written(code: str) -> Written | None:
    """None for what is no SKU by any chance: numbers alone, and what has no part to look for. Pure."""
    plain = re.sub(r"[\W_]+", "", code.lower())
    if plain.isdigit() or len(plain) < 3:
        return None
    parts = re.findall(r"[^\W_]+", joined(code))
    return Written(code, "%" + "%".join(parts) + "%", plain)


def wrong_digit(code: str) -> str:
    """What is wrong with what has a GTIN's length, in words; empty where nothing is. Pure."""
    whole = gtin(code)
    if whole is None or check_digit(whole[:-1]) == int(whole[-1]):
        return ""
    return f"The check digit is wrong: a GTIN that begins so ends with {check_digit(whole[:-1])}."


async def meant(database: Database, asked: Sequence[str], scope: Scope = EVERYTHING) -> dict[str, Sku]:
    """Code → the likest SKU, of the first MOST that may have one. scope: of its brands alone. Raises Unavailable."""
    looked = [one for code in asked if not wrong_digit(code) and (one := written(code))][:MOST]
    if not looked:
        return {}
    sql = _MEANT.replace("{brands}", f"AND {condition('p', '$4')}" if scope.brands else "")
    limits = [named(scope)] if scope.brands else []
    async with database.reading() as connection:
        rows = await connection.fetch(sql, *map(list, zip(*looked, strict=True)), *limits)
    found: dict[str, Sku] = {}
    for row in rows:
        found.setdefault(looked[row["n"] - 1].code, Sku(row["sku"], row["name"]))
    return found
