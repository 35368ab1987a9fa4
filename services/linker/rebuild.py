"""Fills the linker's view anew from the compacted topics, and dumps it to compare two."""

from collections.abc import AsyncIterator

from runtime.broker import Consumer, Partition
from runtime.database import Database
from runtime.deadletter import DeadLetters
from runtime.projection import Projection
from runtime.refill import empty, follow
from schemas.topics import ASSET_METADATA, FACTS, PIM_PRODUCTS
from services.linker.ddl import SCHEMA, ddl
from services.linker.filling import Filling, concerns

TOPICS = (ASSET_METADATA, PIM_PRODUCTS, FACTS)
TABLES = (
    "asset", "asset_key", "curation", "head", "link", "linked", "product", "product_curation", "product_key", "reading",
)  # fmt: skip
"""All but offsets and what is still to be asked."""


async def from_topic(database: Database, consumer: Consumer, ends: dict[Partition, int], dead: DeadLetters) -> int:
    """Fill the view up to `ends`; returns how many offsets that were. A running linker waits (it is cold) and follows.

    `consumer` is of a group of its own. All that the rows touch is noted: the linker compares every picture again, at
    once or when it starts, and publishes what differs.
    """
    await empty(database, SCHEMA, ddl())
    return await follow(Projection(consumer, database, SCHEMA, Filling().apply, dead, concerns=concerns), ends)


async def lines(database: Database) -> AsyncIterator[str]:
    """The canonical dump: one JSON object a line, sorted. Views of the same facts give the same. Raises Unavailable."""
    async with database.transaction() as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table in TABLES:
            query = (
                f"SELECT (to_jsonb(t) || jsonb_build_object('table', '{table}'))::text AS line "  # noqa: S608
                f'FROM linker.{table} t ORDER BY to_jsonb(t)::text COLLATE "C"'
            )
            async for row in connection.cursor(query):
                yield row["line"]
