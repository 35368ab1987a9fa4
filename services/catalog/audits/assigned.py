"""Who looks after a finding: a fact of its own, so that it outlives the finding, and webhooks hear of it."""

from typing import Any, NamedTuple

from runtime.database import Database
from schemas.finding import KIND
from services.catalog.queries.rows import rows_of

__all__ = ["KIND", "NOBODY", "Given", "entity", "given_to"]
NOBODY = "-"
"""Stands for: to nobody."""
_TO = """
SELECT id, fields, written FROM catalog.fact WHERE kind = $1 AND fields ->> 'to' <> ''
  AND ($2::text IS NULL OR CASE WHEN $4::text IS NULL OR coalesce(fields ->> 'to_id', '') = ''
    THEN fields ->> 'to' = $2 ELSE fields ->> 'to_id' = $4 END)
ORDER BY written DESC, id LIMIT $3
"""


class Given(NamedTuple):
    """An assignment. subject: an asset's id or a SKU."""

    rule: str
    subject: str
    fields: dict[str, Any]


def entity(rule: str, subject: str) -> str:
    """Of the decisions about it."""
    return f"{KIND}/{rule}/{subject}"


async def given_to(database: Database, name: str | None, limit: int, own: str | None = None) -> list[Given]:
    """What was assigned to this one, or to anybody, the last first; found still or not. own: the id of who asks for
    theirs, which tells them from others of that name. Raises Unavailable.
    """
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(_TO, KIND, name, limit, own))
    parts = [(*row["id"].partition("/"), row["fields"]) for row in rows]
    return [Given(rule, subject, fields) for rule, _, subject, fields in parts]
