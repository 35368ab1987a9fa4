"""Tasks: copies of what may not be given any more. Every function raises Unavailable."""

from typing import NamedTuple

from runtime.database import Database
from schemas.recall import KIND, Recall
from services.catalog.queries.cursor import After, decode, encode, of
from services.catalog.queries.rows import rows_of

_LISTED = """
SELECT t.id, t.fields, t.taken FROM catalog.task t
WHERE t.done = $1 AND ($2::text IS NULL OR t.fields ->> 'asset' = $2)
  AND ($3::timestamptz IS NULL OR (t.taken, t.id) > ($3, $4::text))
ORDER BY t.taken, t.id LIMIT $5
"""
_COUNT = "SELECT count(*) FROM (SELECT FROM catalog.task WHERE NOT done LIMIT 1000) counted"
_ONE = "SELECT fields FROM catalog.fact WHERE kind = $1 AND id = $2"


class Task(NamedTuple):
    """One of them."""

    id: str
    recall: Recall


class Page(NamedTuple):
    """Some, and the cursor of the next ones."""

    items: list[Task]
    cursor: str | None


async def listed(database: Database, *, done: bool, asset: str | None, limit: int, cursor: str | None) -> Page:
    """Those that are still to be done, or those that are; what was taken longest ago first. Raises BadCursor."""
    asked = of("tasks", done, asset)
    after = decode(cursor, asked) if cursor else None
    place = (after.arrived, after.id) if after else (None, "")
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(_LISTED, done, asset, *place, limit + 1))
    items = [Task(row["id"], Recall.model_validate(row["fields"])) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items, encode(After(None, last["taken"], last["id"]), asked) if last else None)


async def waiting(database: Database) -> int:
    """How many are still to be done, counted to 1,000."""
    async with database.reading() as connection:
        count: int = await connection.fetchval(_COUNT)
    return count


async def one(database: Database, own: str) -> Recall | None:
    """The task of that id, or None."""
    async with database.reading() as connection:
        row = await connection.fetchrow(_ONE, KIND, own)
    return Recall.model_validate(rows_of([row])[0]["fields"]) if row else None
