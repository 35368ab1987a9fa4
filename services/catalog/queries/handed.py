"""What went out by feeds, and what of that nobody should have any more."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from runtime.database import Database
from schemas.limits import Audience
from services.catalog.queries.rows import Row, rows_of

_DELIVERABLE = """
SELECT id FROM catalog.asset WHERE id = ANY($1::text[]) AND live IS NOT NULL
  AND (available_from IS NULL OR available_from <= now()) AND (available_until IS NULL OR available_until > now())
  AND (limits IS NULL OR NOT catalog.shut_out(limits, $2, $3))
"""
_TO_RECALL = "SELECT * FROM catalog.to_recall ORDER BY feed, sku, asset_id LIMIT $1"
EVERYBODY = Audience()
OWN = "@"
"""In the name of a feed that somebody has for themselves, `<feed>@<who>`: what they fetched, they may still have."""
_GIVEN = "catalog.handed h ON h.asset_id = a.id AND h.feed = $1"
# Asked every few seconds: from the side of what is closed or has changed, which is little, not of all that was given.
_ANY = f"""
SELECT EXISTS (SELECT FROM catalog.asset a JOIN {_GIVEN} WHERE a.available_until <= now())
  OR EXISTS (SELECT FROM catalog.asset a JOIN {_GIVEN} WHERE a.live IS NULL)
  OR EXISTS (SELECT FROM catalog.asset a JOIN {_GIVEN} WHERE a.available_from > now())
  OR EXISTS (SELECT FROM catalog.asset a JOIN {_GIVEN}
    WHERE a.limits IS NOT NULL AND catalog.shut_out(a.limits, $2, $3))
  OR EXISTS (SELECT FROM catalog.facet a JOIN catalog.handed h ON h.asset_id = a.asset_id AND h.feed = $1
    WHERE a.facet = 'head' AND a.data ->> 'state' = 'purged')
  OR EXISTS (SELECT FROM catalog.product_media m JOIN catalog.to_recall r ON r.sku = m.sku AND r.feed = $1
    WHERE m.written > $4)
"""  # noqa: S608
_KEEP = """
INSERT INTO catalog.handed SELECT $1, *, $5, $6, $7 FROM unnest($2::text[], $3::text[], $4::int[])
ON CONFLICT (feed, sku, asset_id) DO UPDATE
SET version = excluded.version, at = excluded.at, market = excluded.market, channel = excluded.channel
"""
_LEFT = (
    "DELETE FROM catalog.handed WHERE feed = ANY(SELECT f || '@operator' FROM unnest($1::text[]) f)",
    """
WITH left_over AS (
  DELETE FROM catalog.handed WHERE starts_with(feed, 'drop.') AND NOT feed = ANY($1::text[])
    AND position('@' IN feed) = 0 RETURNING *
)
INSERT INTO catalog.handed SELECT feed || '@operator', sku, asset_id, version, at, market, channel FROM left_over
ON CONFLICT DO NOTHING
""",
)
_SLACK = timedelta(minutes=5)
"""So late the view may hear of a change."""


async def deliverable(database: Database, assets: Collection[str], audience: Audience = EVERYBODY) -> set[str]:
    """Which of these may be given at this moment, by their rights. Raises Unavailable."""
    async with database.reading() as connection:
        rows = await connection.fetch(_DELIVERABLE, list(assets), audience.market, audience.channel)
    return {row["id"] for row in rows}


async def keep(
    database: Database, feed: str, rows: Iterable[tuple[str, str, int]], at: datetime, audience: Audience = EVERYBODY
) -> None:
    """What that feed gave then: (SKU, asset, version), instead of what it gave before; beside it, where somebody has
    it for themselves. Raises Unavailable."""
    async with database.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"packshot.feed.{feed}")
        if OWN not in feed:
            await connection.execute("DELETE FROM catalog.handed WHERE feed = $1", feed)
        skus, assets, versions = zip(*rows, strict=True) if (rows := list(rows)) else ((), (), ())
        given = (list(skus), list(assets), list(versions), at, audience.market, audience.channel)
        await connection.execute(_KEEP, feed, *given)


async def left(database: Database, drops: Collection[str]) -> None:
    """What drops put that are not among these feeds any more is out of our reach. Raises Unavailable."""
    async with database.transaction() as connection:
        for sql in _LEFT:
            await connection.execute(sql, list(drops))


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


async def any_to_recall(database: Database, feed: str, audience: Audience, since: datetime) -> bool:
    """Whether that feed gave something that it would not give now. Raises Unavailable.

    since: of products whose media have not changed since then, only what nobody may be given is looked for.
    """
    asked = (feed, audience.market, audience.channel, since - _SLACK)
    async with database.reading() as connection:
        return bool(await connection.fetchval(_ANY, *asked))


async def feeds_of(database: Database, asset: str) -> list[Row]:
    """Feeds that gave this asset when they were asked last: {feed, sku, at}. Raises Unavailable."""
    sql = "SELECT feed, sku, at FROM catalog.handed WHERE asset_id = $1 ORDER BY feed, sku LIMIT 200"
    async with database.reading() as connection:
        return rows_of(await connection.fetch(sql, asset))
