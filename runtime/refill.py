"""A view made anew: emptied, then filled from the compacted topics as far as they reached when it began."""

import asyncio

from runtime.broker import Partition
from runtime.database import Database
from runtime.outage import ride_out
from runtime.projection import Projection

PATIENCE_S = 60.0
"""Who reads two tables of a view while it is dropped, and who drops it, may wait for each other: PostgreSQL turns one
of them away, and that is done again."""


async def empty(database: Database, schema: str, ddl: str) -> None:
    """Make the view anew and empty, in one transaction: whoever follows the topics reads them from the beginning.

    Raises Unavailable after PATIENCE_S.
    """
    await ride_out(lambda: _emptied(database, schema, ddl), patience_s=PATIENCE_S)


async def _emptied(database: Database, schema: str, ddl: str) -> None:
    async with database.transaction() as connection:
        if await connection.fetchval("SELECT 1 FROM pg_namespace WHERE nspname = $1", schema):
            await connection.execute(f"COMMENT ON SCHEMA \"{schema}\" IS 'to be made anew'")
    await database.make(schema, ddl)


async def follow(projection: Projection, ends: dict[Partition, int]) -> int:
    """Run it until the view holds all up to `ends`; returns how many offsets that were. Raises what ends it sooner."""
    running = asyncio.create_task(projection.run())
    try:
        while not running.done() and await projection.behind(ends):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    finally:
        projection.stop()
        await running
    return sum(ends.values())
