"""Imports from addresses of the web, as the view has them."""

import json
from typing import NamedTuple

from runtime.database import Database
from schemas.web_import import KIND, Import

MOST = 200
"""In a list, the newest."""
_LISTED = "SELECT id, fields FROM catalog.fact WHERE kind = $1 ORDER BY written DESC, id LIMIT $2"
_ONE = "SELECT id, fields FROM catalog.fact WHERE kind = $1 AND id = $2"
_WAITING = """SELECT id, fields FROM catalog.fact WHERE kind = 'import' AND NOT fields ? 'status'
AND NOT id = ANY($1::text[]) ORDER BY written LIMIT $2"""


class Known(NamedTuple):
    """One of them."""

    id: str
    told: Import


async def listed(database: Database) -> list[Known]:
    """The newest. Raises Unavailable."""
    async with database.reading() as connection:
        return [_known(*row) for row in await connection.fetch(_LISTED, KIND, MOST)]


async def one(database: Database, own: str) -> Known | None:
    """The import of that id. Raises Unavailable."""
    async with database.reading() as connection:
        row = await connection.fetchrow(_ONE, KIND, own)
    return _known(*row) if row else None


async def waiting(database: Database, but: list[str], most: int) -> list[Known]:
    """Those that nothing became of yet, the oldest first. but: ids to leave out. Raises Unavailable."""
    async with database.reading() as connection:
        return [_known(*row) for row in await connection.fetch(_WAITING, but, most)]


def _known(own: str, fields: str) -> Known:
    return Known(own, Import.model_validate(json.loads(fields)))
