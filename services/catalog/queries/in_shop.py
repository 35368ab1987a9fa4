"""Pictures as the shop has them."""

from runtime.database import Database
from services.catalog.queries.rows import Row, rows_of

_SOLD = """
SELECT id, version AS shown, width, height, bytes, quality, skus, roles, arrived FROM catalog.in_shop
WHERE id = ANY($1::text[])
"""


async def in_shop(database: Database, ids: list[str]) -> dict[str, Row]:
    """Id → what its card says otherwise of the version that the shop has. Raises Unavailable."""
    async with database.reading() as connection:
        return {row["id"]: row for row in rows_of(await connection.fetch(_SOLD, ids))}
