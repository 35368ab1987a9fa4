"""Which fields people have defined."""

import json

from pydantic import ValidationError

from runtime.database import Database
from services.catalog.own_fields.definition import NAME, Definition

KIND = "field"
"""Of the fact."""
LOOKED_AT, MOST_OFFERED = 20_000, 1000
_CATEGORIES = """SELECT DISTINCT category FROM (
  SELECT category FROM catalog.product WHERE category <> '' AND status = 'active' LIMIT $1) AS looked_at
ORDER BY category LIMIT $2"""


async def defined(database: Database) -> dict[str, Definition]:
    """Name → what it is, by title. Raises Unavailable."""
    async with database.reading() as connection:
        rows = await connection.fetch(
            "SELECT id, fields FROM catalog.fact WHERE kind = $1 AND NOT fields ? 'removed' "
            "ORDER BY lower(fields ->> 'title'), id",
            KIND,
        )
    found = {row["id"]: _read(row["fields"]) for row in rows if NAME.fullmatch(row["id"])}
    return {name: one for name, one in found.items() if one is not None}


async def categories(database: Database) -> list[str]:
    """Of products, for a list that offers some: not all products are looked at. Raises Unavailable."""
    async with database.reading() as connection:
        rows = await connection.fetch(_CATEGORIES, LOOKED_AT, MOST_OFFERED)
    return [row["category"] for row in rows]


def _read(fields: str) -> Definition | None:
    """None for what another version of Packshot wrote, and this one does not know."""
    said = json.loads(fields)
    try:
        return Definition.model_validate({name: said[name] for name in Definition.model_fields if name in said})
    except ValidationError:
        return None
