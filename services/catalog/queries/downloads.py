"""Who took which files, as the view has it."""

import json
from typing import NamedTuple

from runtime.database import Database
from schemas.download import KIND, Download
from services.catalog.queries.cursor import After, decode, encode, of

_LISTED = f"""
SELECT id, fields, written FROM catalog.fact WHERE kind = '{KIND}' AND ($1 = '' OR fields -> 'assets' ? $1)
AND ($2 = '' OR fields ->> 'by' = $2) AND ($3::timestamptz IS NULL OR (written, id) < ($3, $4))
ORDER BY written DESC, id DESC LIMIT $5
"""  # noqa: S608


class Page(NamedTuple):
    """Downloads by id, and the cursor of the next ones."""

    items: list[tuple[str, Download]]
    cursor: str | None


async def listed(database: Database, *, asset: str, by: str, limit: int, cursor: str | None) -> Page:
    """The newest first; "" for any. Raises BadCursor, Unavailable."""
    asked = of("downloads", asset, by)
    after = decode(cursor, asked) if cursor else None
    place = (after.arrived, after.id) if after else (None, "")
    async with database.reading() as connection:
        rows = await connection.fetch(_LISTED, asset, by, *place, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    items = [(row["id"], Download.model_validate(json.loads(row["fields"]))) for row in rows[:limit]]
    return Page(items, encode(After(None, last["written"], last["id"]), asked) if last else None)
