"""Categories and collections that the PIM's products are in: what else a picture can be linked to."""

from collections.abc import Iterable, Iterator

import asyncpg

from runtime.database import Database
from schemas.groups import CATEGORY, COLLECTION, group_key, groups_of, keys_within

_CATEGORIES = (
    "SELECT DISTINCT category FROM catalog.product WHERE status = 'active' AND category <> '' "
    "AND kind IN ('product', 'model')"
)
_NAMES = ["collection", "collections", "Collection", "Collections", "COLLECTION"]
_COLLECTIONS = (
    "SELECT DISTINCT coalesce(attributes ->> 'collection', attributes ->> 'collections', attributes ->> 'Collection', "
    "attributes ->> 'Collections', attributes ->> 'COLLECTION') AS told FROM catalog.product "
    "WHERE status = 'active' AND attributes ?| $1 AND kind IN ('product', 'model')"
)


async def all_groups(connection: asyncpg.Connection) -> set[str]:
    """Each once: of a category also those above it."""
    told = [row["told"] or "" for row in await connection.fetch(_COLLECTIONS, _NAMES)]
    found = {one for names in told for one in groups_of("", {"collection": names})}
    for row in await connection.fetch(_CATEGORIES):
        found |= set(_above(row["category"]))
    return found


def _above(category: str) -> Iterator[str]:
    parts = category.split("/")
    for end in range(1, len(parts) + 1):
        yield f"{CATEGORY}{'/'.join(parts[:end])}"


async def known(database: Database, wanted: Iterable[str]) -> set[str]:
    """Those that hold a product of the PIM, however they are written. Raises Unavailable."""
    if not (asked := [one for one in wanted if one.startswith((CATEGORY, COLLECTION))]):
        return set()
    async with database.transaction() as connection:
        keys = {key for group in await all_groups(connection) for key in keys_within(group)}
    return {one for one in asked if group_key(one) in keys}


async def found(database: Database, text: str, most: int = 4) -> list[str]:
    """Whose name has that text in it, the shortest first. Raises Unavailable."""
    if not (wanted := group_key(f"{COLLECTION}{text}").removeprefix(COLLECTION)):
        return []
    async with database.transaction() as connection:
        names = await all_groups(connection)
    fit = [one for one in names if wanted in group_key(one).partition(":")[2]]
    return sorted(fit, key=lambda one: (len(one), one))[:most]
