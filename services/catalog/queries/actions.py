"""What people had done, and who sent which file, as the view has it."""

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from runtime.database import Database
from schemas.action import KIND, Action
from schemas.folders import LINKED
from services.catalog.queries.cursor import After as Place
from services.catalog.queries.cursor import decode, encode, of

_LISTED = f"""
SELECT id, fields, written FROM catalog.fact WHERE kind = '{KIND}' AND ($1 = '' OR fields ->> 'what' = $1)
AND ($2 = '' OR fields ->> 'by' = $2) AND ($3 = '' OR fields ->> 'asset' = $3) AND ($4 = '' OR fields ->> 'key' = $4)
AND ($5::timestamptz IS NULL OR (written, id) < ($5, $6)) ORDER BY written DESC, id DESC LIMIT $7
"""  # noqa: S608
_RETRIES = f"SELECT fields FROM catalog.fact WHERE kind = '{KIND}' AND fields ->> 'asset' = $1"  # noqa: S608
_SENT = """
SELECT fields ->> 'key' AS key, fields ->> 'by' AS by, (fields ->> 'at')::timestamptz AS since,
  (fields ->> 'until')::timestamptz AS until
FROM catalog.fact WHERE kind = 'action' AND fields ->> 'key' = ANY($1::text[])
UNION ALL SELECT fields ->> 'key', fields ->> 'by', (fields ->> 'made')::timestamptz, written
FROM catalog.fact WHERE kind = 'import' AND fields ->> 'key' = ANY($1::text[]) AND fields ->> 'status' = 'done'
"""
_BY_LINK = """
SELECT f.name AS key, l.fields ->> 'name' AS by FROM catalog.fact l, unnest($1::text[]) f (name)
WHERE l.kind = 'upload-link' AND starts_with(f.name, (l.fields ->> 'folder') || '/')
"""
SLACK = timedelta(minutes=1)
"""So far the store's clock may be from ours."""
EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
TRANSFER = timedelta(hours=1)
"""So long after it had to begin an upload may end."""


class Page(NamedTuple):
    """Actions by id, and the cursor of the next ones."""

    items: list[tuple[str, Action]]
    cursor: str | None


class Sending(NamedTuple):
    """Who was to send a file of that name, and between when and when it came then."""

    key: str
    by: str
    since: datetime
    until: datetime


class About(NamedTuple):
    """Of one asset: who sent its files, by the API or the page, an import, or an upload link; who had it done again."""

    sendings: list[Sending]
    retries: list[Action]


async def listed(
    database: Database, *, what: str, by: str, asset: str, key: str, limit: int, cursor: str | None
) -> Page:
    """The newest first; "" for any. Raises BadCursor, Unavailable."""
    asked = of("actions", what, by, asset, key)
    after = decode(cursor, asked) if cursor else None
    place = (after.arrived, after.id) if after else (None, "")
    async with database.reading() as connection:
        rows = await connection.fetch(_LISTED, what, by, asset, key, *place, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    items = [(row["id"], Action.model_validate(json.loads(row["fields"]))) for row in rows[:limit]]
    return Page(items, encode(Place(None, last["written"], last["id"]), asked) if last else None)


async def about(database: Database, asset: str, names: Collection[str | None]) -> About:
    """names: that the asset's files had in the inbox. Raises Unavailable."""
    keys = [name for name in names if name]
    by_link = [key for key in keys if key.rpartition("/")[0].rpartition("/")[2].startswith(LINKED)]
    async with database.reading() as connection:
        again = await connection.fetch(_RETRIES, asset)
        rows = await connection.fetch(_SENT, keys)
        links = await connection.fetch(_BY_LINK, by_link) if by_link else []
    sent = [Sending(row["key"], row["by"], row["since"] - SLACK, row["until"] + SLACK + TRANSFER) for row in rows]
    sent += [Sending(row["key"], f"{row['by']} (upload link)", *EVER) for row in links]
    return About(sent, [Action.model_validate(json.loads(row["fields"])) for row in again])


def sender(sendings: Collection[Sending], key: str, arrived: datetime) -> str:
    """Who sent what arrived then under that name: who was to last; empty where nobody is known. Pure."""
    fitting = [one for one in sendings if one.key == key and one.since <= arrived <= one.until]
    return max(fitting, key=lambda one: one.since).by if fitting else ""
