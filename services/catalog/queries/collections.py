"""Collections that people made, with how many pictures each has, and the first of them."""

from dataclasses import dataclass
from datetime import datetime

from runtime.database import Database
from schemas.collection import KIND, Collection
from services.catalog.queries.rows import Row, rows_of

PICTURES = 4
"""Shown of each in the list."""
_KNOWN = f"""
SELECT f.id, f.written, jsonb_build_object('name', f.fields -> 'name', 'note', coalesce(f.fields -> 'note', '""'),
         'made', f.fields -> 'made', 'removed', coalesce(f.fields -> 'removed', 'false')) AS fields,
       coalesce(m.assets, 0) AS assets, m.first
FROM catalog.fact f LEFT JOIN LATERAL (
  SELECT count(*) AS assets,
    (array_agg(a.id ORDER BY c.rank, a.id) FILTER (WHERE a.thumbnail IS NOT NULL))[1:{PICTURES}] AS first
  FROM catalog.collected c JOIN catalog.asset a ON a.id = c.asset_id WHERE c.collection = f.id
) m ON true
WHERE f.kind = '{KIND}' AND f.fields ? 'name' AND f.fields ? 'made' AND ($1::text IS NULL OR f.id = $1)
  AND ($1::text IS NOT NULL OR NOT f.fields @> '{{"removed": true}}')
ORDER BY f.written DESC, f.id
"""  # noqa: S608
_MEMBERS = """SELECT a.id FROM catalog.collected c JOIN catalog.asset a ON a.id = c.asset_id
WHERE c.collection = $1 ORDER BY c.rank, a.id"""


@dataclass(frozen=True)
class Known:
    """first: assets of its first pictures."""

    id: str
    collection: Collection
    assets: int
    first: list[str]
    changed: datetime


async def known(database: Database) -> list[Known]:
    """All that were not removed, the last changed first. Raises Unavailable."""
    async with database.reading() as connection:
        return [_known(row) for row in rows_of(await connection.fetch(_KNOWN, None))]


async def one(database: Database, own: str) -> Known | None:
    """The collection of that id, be it removed, or None. Raises Unavailable."""
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(_KNOWN, own))
    return _known(rows[0]) if rows else None


async def members(database: Database, own: str) -> list[str]:
    """Its pictures that are there, in its order. Raises Unavailable."""
    async with database.reading() as connection:
        return [row["id"] for row in await connection.fetch(_MEMBERS, own)]


async def holding(database: Database, own: str) -> set[str]:
    """What its fact names, be it ended by now: what a picture that is taken out is called there. Raises Unavailable."""
    async with database.reading() as connection:
        rows = await connection.fetch("SELECT asset_id FROM catalog.member WHERE collection = $1", own)
    return {row["asset_id"] for row in rows}


async def moved_into(database: Database, held: set[str], wanted: set[str]) -> set[str]:
    """Those held ones whose files went on as one of the wanted assets. Raises Unavailable."""
    sql = (
        "SELECT asset_id FROM catalog.facet WHERE facet = 'head' AND asset_id = ANY($1::text[]) "
        "AND data ->> 'merged_into' = ANY($2::text[])"
    )
    async with database.reading() as connection:
        return {row["asset_id"] for row in await connection.fetch(sql, list(held), list(wanted))}


def _known(row: Row) -> Known:
    return Known(row["id"], Collection.model_validate(row["fields"]), row["assets"], row["first"] or [], row["written"])
