"""Which pictures look like a picture, a SKU's pictures, or one that somebody showed us: the likest first.

All that the other filters leave is compared where that is not much; of more, what is likest in the library.
"""

from math import isfinite
from typing import NamedTuple

import asyncpg

from runtime.database import Database
from services.catalog.queries.alike import SIMILAR
from services.catalog.queries.filters import Filters, Looks, where
from services.catalog.queries.scope import conditions

MOST = 1_000
"""Pictures that a likeness finds."""
FEW = 20
"""Where nothing is SIMILAR, so many of the nearest."""
NARROW = 10_000
"""Pictures that the other filters leave: so few are compared one by one."""
MOST_NEAR, ENOUGH = 5_000, 100
"""Of more, the MOST nearest of the library are looked through for those that the filters leave, and so many where that
gives fewer than ENOUGH."""
EXAMPLES = 4
"""Pictures of a SKU that are compared with."""
INDEXED = 1280
"""Numbers of a vector that the index has: of our own model."""
_OF = {
    "asset": """
SELECT l.model, l.vector::text AS vector FROM catalog.likeness l JOIN catalog.asset a ON a.id = l.asset_id
WHERE l.asset_id = {value} AND l.vector IS NOT NULL{scope}""",
    "sku": """
SELECT l.model, l.vector::text AS vector FROM catalog.link k JOIN catalog.likeness l ON l.asset_id = k.asset_id
JOIN catalog.asset a ON a.id = l.asset_id
WHERE k.sku IN ({skus}) AND k.standing IN ('linked', 'confirmed') AND l.vector IS NOT NULL AND NOT a.gone{scope}
ORDER BY k.role <> 'main', k.role, l.asset_id LIMIT {examples}""",
    "picture": "SELECT model, vector::text AS vector FROM catalog.shown_picture WHERE id = {value}",
}
_ITSELF = {
    "asset": "SELECT {value}",
    "sku": "SELECT asset_id FROM catalog.link WHERE sku IN ({skus}) AND standing IN ('linked', 'confirmed')",
    "picture": "SELECT {value}",  # the id of no asset
}
_SKUS = "SELECT {value} UNION SELECT sku FROM catalog.product WHERE parent = {value}"
"""Of a model, those of its variants."""
KINDS = tuple(_OF)
ASKED = "$1::text"
_AMONG = """
WITH kept AS MATERIALIZED (SELECT a.id FROM catalog.asset a WHERE {where} LIMIT {limit}),
  few AS MATERIALIZED (SELECT id FROM kept WHERE (SELECT count(*) FROM kept) < {limit})
SELECT l.asset_id AS id, 1 - ({distance}) AS likeness, (SELECT count(*) FROM kept) AS kept
FROM few JOIN catalog.likeness l ON l.asset_id = few.id
WHERE l.model = {model} AND {these} AND l.asset_id NOT IN ({itself})
UNION ALL SELECT NULL, NULL, count(*) FROM kept
ORDER BY likeness DESC NULLS LAST, id LIMIT {most}
"""
_NEAREST = """
WITH near AS MATERIALIZED (
  SELECT l.asset_id AS id, {distance} AS distance FROM catalog.likeness l
  WHERE l.model = {model} AND {these} ORDER BY distance LIMIT {looked})
SELECT near.id, 1 - near.distance AS likeness FROM near JOIN catalog.asset a ON a.id = near.id
WHERE near.id NOT IN ({itself}) AND ({where}) ORDER BY distance, id LIMIT {most}
"""
_LEFT = """
SELECT (SELECT count(*) FROM catalog.likeness l JOIN catalog.asset a ON a.id = l.asset_id
    WHERE NOT l.compared AND {within})
  + (SELECT count(*) FROM catalog.asset a WHERE a.at_work AND a.kind = 'image' AND {within}
    AND NOT EXISTS (SELECT FROM catalog.likeness l WHERE l.asset_id = a.id))
"""
_ALL = "SELECT count(*) FROM catalog.asset a WHERE a.kind = 'image' AND {within}"


class Example(NamedTuple):
    """A picture to compare with, as numbers of a model. dimensions: how many."""

    model: str
    vector: str

    @property
    def dimensions(self) -> int:
        """How many numbers."""
        return self.vector.count(",") + 1


async def looked(database: Database, filters: Filters) -> Looks:
    """What looks like `filters.like` among all that the other filters leave. Raises Unavailable."""
    best: dict[str, float] = {}
    uncompared, of = 0, 0
    known = True
    async with database.transaction() as connection:
        # The index gives more than its own list where more is asked of it.
        await connection.execute("SET LOCAL hnsw.iterative_scan = strict_order; SET LOCAL hnsw.ef_search = 400")
        for one in filters.like:
            kind, _, value = one.partition(":")
            examples = await _examples(connection, filters, kind, value)
            known = known and bool(examples)
            for example in examples:
                for name, likeness in await _like(connection, filters, example, (kind, value)):
                    if isfinite(likeness):  # numbers that are all 0 look like nothing
                        best[name] = max(likeness, best.get(name, -1.0))
        uncompared, of = await _uncompared(connection, filters)
    order = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    alike = [item for item in order if item[1] >= SIMILAR][:MOST]
    chosen = alike or order[:FEW]
    names, cosines = tuple(name for name, _ in chosen), tuple(round(value, 6) for _, value in chosen)
    return Looks(names, cosines, known, bool(alike), uncompared, of)


async def _uncompared(connection: asyncpg.Connection, filters: Filters) -> tuple[int, int]:
    """How many pictures within the scope are not looked at yet, of how many; (0, 0) where all are."""
    values: list[object] = []

    def mark(one: object) -> str:
        values.append(one)
        return f"${len(values)}"

    within = " AND ".join(f"({part})" for part in conditions(filters.within, mark)) or "true"
    due = await connection.fetchval(_LEFT.format(within=within), *values)
    return (due, await connection.fetchval(_ALL.format(within=within), *values)) if due else (0, 0)


async def _examples(connection: asyncpg.Connection, filters: Filters, kind: str, value: str) -> list[Example]:
    values: list[object] = [value]

    def mark(one: object) -> str:
        values.append(one)
        return f"${len(values)}"

    scope = "".join(f" AND ({part})" for part in conditions(filters.within, mark))
    rows = await connection.fetch(
        _OF[kind].format(value=ASKED, skus=_SKUS.format(value=ASKED), scope=scope, examples=EXAMPLES), *values
    )
    return [Example(row["model"], row["vector"]) for row in rows]


async def _like(
    connection: asyncpg.Connection, filters: Filters, example: Example, what: tuple[str, str]
) -> list[tuple[str, float]]:
    """Id and cosine of the likest, without what it is compared with."""
    some = bool(where(filters).parts)
    if some:
        rows = await connection.fetch(*_statement(_AMONG, filters, example, what))
        if rows[0]["kept"] <= NARROW:
            return [(row["id"], row["likeness"]) for row in rows if row["id"]]
    found: list[tuple[str, float]] = []
    for many in (MOST, MOST_NEAR) if some else (MOST,):
        rows = await connection.fetch(*_statement(_NEAREST, filters, example, what, many))
        found = [(row["id"], row["likeness"]) for row in rows]
        if len(found) >= ENOUGH:
            break
    return found


def _statement(
    sql: str, filters: Filters, example: Example, what: tuple[str, str], many: int = MOST
) -> tuple[object, ...]:
    """With its parameters. many: of the nearest are looked through."""
    made = where(filters)
    kind, value = what
    itself = f"{made.mark(value)}::text"
    vector = f"{made.mark(example.vector)}::text::"
    own = f"halfvec({INDEXED})"
    if example.dimensions == INDEXED:
        distance, these = f"(l.vector::{own}) <=> {vector}{own}", f"vector_dims(l.vector) = {INDEXED}"
    else:
        distance, these = f"l.vector <=> {vector}halfvec", "l.vector IS NOT NULL"
    text = sql.format(
        where=made.sql,
        itself=_ITSELF[kind].format(value=itself, skus=_SKUS.format(value=itself)),
        model=f"{made.mark(example.model)}::text",
        distance=distance,
        these=these,
        limit=NARROW + 1,
        looked=many,
        most=MOST,
    )
    return text, *made.values
