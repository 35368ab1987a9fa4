"""Assets that have ended: purged by a person, or merged into the one that their file was moved from.

They have no card. Their facets stay in the view until the collector ends them; until then a purge can be taken back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from runtime.database import Database


class Ended(NamedTuple):
    """How and when it ended. `reason`: of the purge, as a person gave it; `merged_into`: the asset that goes on."""

    asset_id: str
    state: Literal["purged", "merged"]
    at: datetime
    key: str
    reason: str | None
    merged_into: str | None


_ENDED = """
SELECT h.data ->> 'state' AS state, h.written,
  CASE h.data ->> 'state' WHEN 'merged' THEN h.data ->> 'merged_into' END AS merged_into,
  (SELECT data ->> 'key' FROM catalog.facet WHERE asset_id = $1 AND facet = 'file' ORDER BY version DESC LIMIT 1) key,
  (SELECT data -> 'fields' ->> 'purge' FROM catalog.facet WHERE asset_id = $1 AND facet = 'curation') AS reason
FROM catalog.facet h WHERE h.asset_id = $1 AND h.facet = 'head' AND h.data ->> 'state' IN ('purged', 'merged')
"""


async def ended(database: Database, asset_id: str) -> Ended | None:
    """How it ended; None where it has not, or where nothing of it is left. Raises Unavailable."""
    async with database.transaction() as connection:
        row = await connection.fetchrow(_ENDED, asset_id)
    if row is None:
        return None
    return Ended(asset_id, row["state"], row["written"], row["key"] or "", row["reason"], row["merged_into"])


async def known_of(database: Database, assets: Sequence[str]) -> set[str]:
    """Those of which anything is known. Raises Unavailable."""
    sql = "SELECT DISTINCT asset_id FROM catalog.facet WHERE asset_id = ANY($1::text[]) AND version > 0"
    async with database.transaction() as connection:
        return {row["asset_id"] for row in await connection.fetch(sql, list(assets))}


async def merged_of(database: Database, assets: Sequence[str]) -> dict[str, str]:
    """Asset → the one that goes on with its picture, of those that were merged into another. Raises Unavailable."""
    sql = (
        "SELECT asset_id, data ->> 'merged_into' AS heir FROM catalog.facet WHERE asset_id = ANY($1::text[]) "
        "AND facet = 'head' AND data ->> 'state' = 'merged' AND data ->> 'merged_into' IS NOT NULL"
    )
    async with database.transaction() as connection:
        return {row["asset_id"]: row["heir"] for row in await connection.fetch(sql, list(assets))}


async def known(database: Database, asset_id: str) -> bool:
    """Whether anything is known of a version of it, ended or not. Raises Unavailable."""
    sql = "SELECT EXISTS (SELECT FROM catalog.facet WHERE asset_id = $1 AND version > 0)"
    async with database.transaction() as connection:
        return bool(await connection.fetchval(sql, asset_id))
