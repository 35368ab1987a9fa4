"""Share links, as the view knows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.database import Database
from schemas.share import DOWNLOADS, KIND, Share
from services.catalog.queries import collections
from services.catalog.queries.audience import Given, given
from services.catalog.queries.rows import rows_of

_SHARES = f"""
SELECT f.id, f.fields, c.fields ->> 'name' AS named, m.assets
FROM catalog.fact f LEFT JOIN catalog.fact c ON c.kind = 'collection' AND c.id = f.fields ->> 'collection'
LEFT JOIN LATERAL (SELECT count(*) AS assets FROM catalog.collected WHERE collection = c.id) m ON true
WHERE f.kind = '{KIND}' AND f.fields ? 'made' AND ($1::text IS NULL OR f.id = $1)
ORDER BY f.fields ->> 'made' DESC, f.id
"""  # noqa: S608


@dataclass(frozen=True)
class Known:
    """of: what its collection is called; assets: pictures that it is about."""

    id: str
    share: Share
    downloads: int
    of: str | None
    assets: int

    def is_open(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return not self.share.revoked and self.share.expires > now


async def known(database: Database) -> list[Known]:
    """All that were ever made, the newest first. Raises Unavailable."""
    return await _read(database, None)


async def one(database: Database, own: str) -> Known | None:
    """The link of that id, or None. Raises Unavailable."""
    return next(iter(await _read(database, own)), None)


async def pictures(database: Database, share: Share) -> list[str]:
    """What it is about, in order: of a collection what is in it by then. Raises Unavailable."""
    return await collections.members(database, share.collection) if share.collection else list(share.assets)


async def shown(database: Database, share: Share) -> Given:
    """What of it its audience is given now. Raises Unavailable."""
    return await given(database, await pictures(database, share), share.audience)


async def _read(database: Database, own: str | None) -> list[Known]:
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(_SHARES, own))
    return [
        Known(
            row["id"],
            share := Share.model_validate(row["fields"]),
            _counted(row["fields"]),
            row["named"],
            row["assets"] if share.collection else len(share.assets),
        )
        for row in rows
    ]


def _counted(fields: dict[str, Any]) -> int:
    return sum(int(value) for name, value in fields.items() if name.startswith(DOWNLOADS))
