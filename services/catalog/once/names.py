"""Names that are given once: until the view knows a collection, its name is held here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from runtime.database import Database

HELD = "2 minutes"
"""Longer than the view takes."""
_HOLD = f"""
INSERT INTO catalog_once.name AS n VALUES ($1, $2, now()) ON CONFLICT (name) DO UPDATE SET own = $2, at = now()
WHERE n.own = $2 OR n.at < now() - interval '{HELD}' RETURNING true
"""  # noqa: S608


class Taken(Exception):
    """Somebody else has just given this name."""


@asynccontextmanager
async def holding(database: Database, name: str, own: str) -> AsyncIterator[None]:
    """Nobody gives this name to anything but `own` in this block, and, if it ends well, for two minutes.

    Raises Taken and Unavailable.
    """
    async with database.transaction() as connection:
        await connection.execute(f"DELETE FROM catalog_once.name WHERE at < now() - interval '{HELD}'")  # noqa: S608
        held = await connection.fetchval(_HOLD, name.casefold(), own)
    if not held:
        raise Taken(name)
    try:
        yield
    except BaseException:
        await let_go(database, name, own)
        raise


async def let_go(database: Database, name: str, own: str) -> None:
    """It is called so no more. Raises Unavailable."""
    async with database.transaction() as connection:
        await connection.execute("DELETE FROM catalog_once.name WHERE name = $1 AND own = $2", name.casefold(), own)
