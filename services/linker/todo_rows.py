"""SQL of what is to be asked: it outlives the process that noted it."""

from collections.abc import Iterable

import asyncpg


async def put_todo(db: asyncpg.Connection, todo: Iterable[tuple[str, str]]) -> None:
    """Note what is touched, in the transaction of the rows that touch it."""
    if noted := sorted(set(todo)):
        kinds, names = zip(*noted, strict=True)
        query = "INSERT INTO linker.todo SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING"
        await db.execute(query, kinds, names)


async def take_todo(db: asyncpg.Connection, most: int) -> list[tuple[str, str]]:
    """Take what is to be asked; it is gone when the transaction commits."""
    rows = await db.fetch(
        "DELETE FROM linker.todo WHERE (kind, id) IN (SELECT kind, id FROM linker.todo ORDER BY kind, id "
        "FOR UPDATE SKIP LOCKED LIMIT $1) RETURNING kind, id",
        most,
    )
    return [(row["kind"], row["id"]) for row in rows]
