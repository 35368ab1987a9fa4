"""Which fields people have defined."""

import json

from pydantic import ValidationError

from runtime.database import Database
from services.catalog.own_fields.definition import NAME, Definition

KIND = "field"
"""Of the fact."""


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


def _read(fields: str) -> Definition | None:
    """None for what another version of Packshot wrote, and this one does not know."""
    said = json.loads(fields)
    try:
        return Definition.model_validate({name: said[name] for name in Definition.model_fields if name in said})
    except ValidationError:
        return None
