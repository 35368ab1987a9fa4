"""Asks of pictures that nothing names which product they may show, by linked pictures that are like them.

Progress and not a fact, as likeness is: found in spare time, kept in the view alone, and looked for again when the
number of linked pictures has changed by a twentieth. So a new link makes nobody write anything, and a view that is made
anew comes to the same.
"""

import json
from collections import defaultdict
from collections.abc import Iterable

import asyncpg

from runtime.database import Database
from services.catalog.cards import tell
from services.catalog.causes import alike
from services.catalog.likely import COSINES, Witness, options

AT_ONCE = 8
MOST_ALIKE = 30
_ANY = "SELECT EXISTS (SELECT FROM catalog.asset WHERE skus = '{}' AND question = '')"
_LINKED = """
SELECT count(*) FROM catalog.asset a JOIN catalog.likeness l ON l.asset_id = a.id
WHERE a.skus <> '{}' AND l.vector IS NOT NULL
"""
_DUE = """
SELECT a.id, a.state, a.stage, a.key, a.folder, a.name, a.colours FROM catalog.asset a
JOIN catalog.likeness l ON l.asset_id = a.id AND l.vector IS NOT NULL
JOIN catalog.facet f ON f.asset_id = a.id AND f.version = a.shown AND f.facet = 'links' AND f.status = 'done'
LEFT JOIN catalog.lookalike k ON k.asset_id = a.id
WHERE a.skus = '{}' AND a.question = '' AND NOT a.gone AND (k.asset_id IS NULL OR abs($1 - k.linked) * 20 > k.linked)
ORDER BY k.asset_id IS NOT NULL, a.arrived DESC, a.id LIMIT $2 FOR UPDATE OF l SKIP LOCKED
"""
_ALIKE = """
SELECT a.name, a.skus, a.colours, 1 - (o.vector <=> own.vector) AS cosine, '' AS where
FROM catalog.likeness own JOIN catalog.likeness o ON o.model = own.model AND o.asset_id <> own.asset_id
JOIN catalog.asset a ON a.id = o.asset_id
WHERE own.asset_id = $1 AND a.skus <> '{}' AND o.vector <=> own.vector <= $2
ORDER BY o.vector <=> own.vector, a.id LIMIT $3
"""
_BESIDE = r"""
SELECT a.name, a.skus, a.colours, 0.0::float8 AS cosine, $4::text AS where FROM catalog.asset a
WHERE a.folder = $1 AND a.key {side} $2 AND a.skus <> '{{}}' AND NOT a.gone
  AND regexp_replace(a.name, '\d+', '#', 'g') = regexp_replace($3, '\d+', '#', 'g')
ORDER BY a.key {order} LIMIT 1
"""
"""Names that differ in their numbers only are a camera's."""
_SIDES = (("before", _BESIDE.format(side="<", order="DESC")), ("after", _BESIDE.format(side=">", order="ASC")))
_STYLES = """
SELECT DISTINCT ON (sku) sku, CASE WHEN parent = '' THEN sku ELSE parent END AS style FROM catalog.product
WHERE sku = ANY($1) AND status = 'active' ORDER BY sku, system
"""
_PUT = """
INSERT INTO catalog.lookalike VALUES ($1, $2, $3, $4)
ON CONFLICT (asset_id) DO UPDATE SET linked = $2, cause = $3, options = $4
"""


class Lookalikes:
    """Runs beside the projection; of several processes each takes other pictures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def step(self) -> bool:
        """Look for a few; False where none is due. Raises Unavailable."""
        async with self._database.transaction() as connection:
            if not await connection.fetchval(_ANY):
                return False  # counting goes over the whole library
            linked: int = await connection.fetchval(_LINKED)
            due = await connection.fetch(_DUE, linked, AT_ONCE)
            for one in due:
                found = options(one["colours"], await _witnesses(connection, one))
                said = json.dumps([vars(option) for option in found])
                await connection.execute(_PUT, one["id"], linked, alike(found).cause if found else "", said)
            await tell(connection, [{name: one[name] for name in ("id", "state", "stage")} for one in due])
        return bool(due)


async def _witnesses(connection: asyncpg.Connection, one: asyncpg.Record) -> list[Witness]:
    rows = await connection.fetch(_ALIKE, one["id"], 1 - COSINES[0], MOST_ALIKE)
    for where, query in _SIDES:
        rows += await connection.fetch(query, one["folder"], one["key"], one["name"], where)
    style = dict(await connection.fetch(_STYLES, sorted({sku for row in rows for sku in row["skus"]})))
    return [witness for row in rows for witness in _of_each_style(row, style)]


def _of_each_style(row: asyncpg.Record, style: dict[str, str]) -> Iterable[Witness]:
    shown: dict[str, list[str]] = defaultdict(list)
    for sku in sorted(row["skus"]):
        if sku in style:
            shown[style[sku]].append(sku)
    for name, skus in shown.items():
        variants = tuple(sku for sku in skus if sku != name)  # linked to the model it would show every colour
        yield Witness(row["name"], name, variants or (name,), tuple(row["colours"]), row["cosine"], row["where"])
