"""What went out by feeds, and what of that nobody should have any more."""

from collections.abc import Collection, Iterable
from datetime import datetime

from runtime.database import Database
from services.catalog.queries.rows import Row, rows_of

_DELIVERABLE = """
SELECT id FROM catalog.asset WHERE id = ANY($1::text[]) AND live IS NOT NULL AND NOT gone
  AND (available_from IS NULL OR available_from <= now()) AND (available_until IS NULL OR available_until > now())
"""
_TO_RECALL = "SELECT * FROM catalog.to_recall ORDER BY feed, sku, asset_id LIMIT $1"


async def deliverable(database: Database, assets: Collection[str]) -> set[str]:
    """Which of these anybody may be given at this moment. Raises Unavailable."""
    async with database.reading() as connection:
        return {row["id"] for row in await connection.fetch(_DELIVERABLE, list(assets))}


async def keep(database: Database, feed: str, rows: Iterable[tuple[str, str, int]], at: datetime) -> None:
    """What that feed gave then: (SKU, asset, version), instead of what it gave before. Raises Unavailable."""
    async with database.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"packshot.feed.{feed}")
        await connection.execute("DELETE FROM catalog.handed WHERE feed = $1", feed)
        sql = "INSERT INTO catalog.handed SELECT $1, *, $5 FROM unnest($2::text[], $3::text[], $4::int[])"
        skus, assets, versions = zip(*rows, strict=True) if (rows := list(rows)) else ((), (), ())
        await connection.execute(sql, feed, list(skus), list(assets), list(versions), at)


async def known(database: Database, feed: str) -> bool:
    """Whether anything of that feed is kept: a fetch came first. Raises Unavailable."""
    async with database.reading() as connection:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM catalog.handed WHERE feed = $1)", feed))


async def made(database: Database) -> int:
    """A number that is another when the table was made anew. Raises Unavailable."""
    async with database.reading() as connection:
        number: int = await connection.fetchval("SELECT 'catalog.handed'::regclass::oid::bigint")
    return number


async def to_recall(database: Database, limit: int) -> list[Row]:
    """Pictures that a feed gave and would not give now, until it is asked for again. Raises Unavailable."""
    async with database.reading() as connection:
        return rows_of(await connection.fetch(_TO_RECALL, limit))


async def any_to_recall(database: Database, feed: str) -> bool:
    """Whether that feed gave something that it would not give now. Raises Unavailable."""
    sql = "SELECT EXISTS (SELECT FROM catalog.to_recall WHERE feed = $1)"
    async with database.reading() as connection:
        return bool(await connection.fetchval(sql, feed))


async def feeds_of(database: Database, asset: str) -> list[Row]:
    """Feeds that gave this asset when they were asked last: {feed, sku, at}. Raises Unavailable."""
    sql = "SELECT feed, sku, at FROM catalog.handed WHERE asset_id = $1 ORDER BY feed, sku LIMIT 200"
    async with database.reading() as connection:
        return rows_of(await connection.fetch(sql, asset))
