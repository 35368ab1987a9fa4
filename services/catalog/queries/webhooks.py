"""Webhooks' endpoints, and how each is."""

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.database import Database
from schemas.delivery import Lag
from schemas.webhook import KIND, STATUS, TARGET, Endpoint

ENDPOINTS = """SELECT f.id, f.fields, d.lag, d.cause, d.cure FROM catalog.fact f
LEFT JOIN catalog.delivery d ON d.target = $2 || f.id AND d.entity = $3 || f.id
WHERE f.kind = $1 AND NOT coalesce((f.fields->>'removed')::boolean, false) ORDER BY f.fields->>'made' DESC, f.id"""
_TO_TRY = """SELECT (SELECT 'asset/' || id FROM catalog.asset WHERE live IS NOT NULL AND state IN ('ready', 'complete')
  ORDER BY ready_at DESC NULLS LAST LIMIT 1) AS asset,
  (SELECT 'product/' || sku FROM catalog.product_media WHERE main IS NOT NULL
   ORDER BY written DESC LIMIT 1) AS product"""


@dataclass(frozen=True)
class Known:
    """lag, cause, cure: as the sender told last."""

    id: str
    endpoint: Endpoint
    lag: Lag | None = None
    cause: str | None = None
    cure: str | None = None


async def known(database: Database) -> list[Known]:
    """All that were not removed, the newest first. Raises Unavailable."""
    async with database.reading() as connection:
        rows = await connection.fetch(ENDPOINTS, KIND, TARGET, STATUS)
    return [
        Known(
            row["id"],
            Endpoint.model_validate_json(row["fields"]),
            Lag.model_validate_json(row["lag"]) if row["lag"] else None,
            row["cause"],
            row["cure"],
        )
        for row in rows
    ]


async def to_try(database: Database, events: Sequence[str]) -> str | None:
    """An entity of which an endpoint that hears these events can be told now. Raises Unavailable."""
    async with database.reading() as connection:
        row = await connection.fetchrow(_TO_TRY)
    asset = row["asset"] if any(event.startswith("asset.") for event in events) else None
    product = row["product"] if any(event.startswith("product.") for event in events) else None
    found: str | None = asset or product
    return found
