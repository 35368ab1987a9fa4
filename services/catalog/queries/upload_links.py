"""Upload links, and what came by them."""

import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from runtime.database import Database
from schemas.curation import APPROVAL
from schemas.upload_link import FILE, KIND, Came, UploadLink
from services.catalog.queries.keys import hashed
from services.catalog.queries.rows import Row

_TOKEN = re.compile(r"([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_ALL = "SELECT id, fields FROM catalog.fact WHERE kind = $1 ORDER BY written DESC, id"
_REJECTED = """
SELECT a.name, coalesce(f.data ->> 'version_id', '') AS version FROM catalog.asset a
JOIN catalog.facet c ON c.asset_id = a.id AND c.version = 0 AND c.facet = 'curation'
JOIN catalog.facet f ON f.asset_id = a.id AND f.version = a.newest AND f.facet = 'file'
WHERE a.folder = $1 AND jsonb_typeof(c.data -> 'fields' -> ($2::text || a.newest)) = 'object'
"""


_SENT = """
SELECT a.name, a.id, a.newest, a.live, a.state, a.cause, a.cure, a.width, a.height, a.thumbnail IS NOT NULL AS shown,
  c.data -> 'fields' -> ($2::text || a.newest) AS said
FROM catalog.asset a LEFT JOIN catalog.facet c ON (c.asset_id, c.version, c.facet) = (a.id, 0, 'curation')
WHERE a.folder = $1
"""


class Known(NamedTuple):
    """came: by the name in the folder."""

    id: str
    link: UploadLink
    came: dict[str, Came]

    @property
    def open(self) -> bool:
        """Whether it takes files now."""
        return not self.link.revoked and self.link.expires > datetime.now(UTC)


async def known(database: Database) -> list[Known]:
    """All, what changed last first. Raises Unavailable."""
    async with database.reading() as connection:
        rows = await connection.fetch(_ALL, KIND)
    return [_known(row["id"], json.loads(row["fields"])) for row in rows]


async def by_token(database: Database, token: str) -> Known | None:
    """The link that this opens, be it over or not; None for any other. Raises Unavailable."""
    found = _TOKEN.fullmatch(token)
    if not found:
        return None
    async with database.reading() as connection:
        text = await connection.fetchval("SELECT fields FROM catalog.fact WHERE kind = $1 AND id = $2", KIND, found[1])
    fields = json.loads(text) if text else {}
    if not hmac.compare_digest(str(fields.get("hash", "")), hashed(found[2])):
        return None
    return _known(found[1], fields)


async def rejected(database: Database, link: UploadLink) -> dict[str, str]:
    """Name in the link's folder → the store's version id of the file, where the newest one was rejected.

    Raises Unavailable.
    """
    async with database.reading() as connection:
        return {row["name"]: row["version"] for row in await connection.fetch(_REJECTED, link.folder, APPROVAL)}


async def sent(database: Database, link: UploadLink) -> dict[str, Row]:
    """What became of what lies in the link's folder, by name; `said`: what people said of the newest version.

    Raises Unavailable.
    """
    async with database.reading() as connection:
        rows = await connection.fetch(_SENT, link.folder, APPROVAL)
    return {row["name"]: {**row, "said": json.loads(row["said"] or "null")} for row in rows}


def _known(own: str, fields: dict[str, Any]) -> Known:
    came = {
        name.removeprefix(FILE): Came.model_validate(value) for name, value in fields.items() if name.startswith(FILE)
    }
    return Known(own, UploadLink.model_validate(fields), came)
