"""Totals: what `packshot demo` polls, and the line at the top of the page."""

from runtime.database import Database
from runtime.states import STATES
from services.catalog.queries.assets import COLUMNS
from services.catalog.queries.filters import Filters, where
from services.catalog.queries.rows import Row, row_of, rows_of
from services.catalog.scope import EVERYTHING, Scope

_TOTALS = """
SELECT count(*) AS assets, coalesce(sum(newest), 0) AS versions, coalesce(sum(renditions), 0) AS renditions,
       coalesce(sum(bytes), 0) AS bytes,
       count(*) FILTER (WHERE labels <> '{}') AS with_label, count(*) FILTER (WHERE colours <> '{}') AS with_colour,
       count(*) FILTER (WHERE skus <> '{}') AS linked,
       count(*) FILTER (WHERE suggestions > 0) AS suggested
FROM catalog.asset
"""
_LATENCY = """
SELECT percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM thumbnail_at - arrived) * 1000)
         FILTER (WHERE thumbnail_at IS NOT NULL) AS thumbnail,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM ready_at - arrived) * 1000)
         FILTER (WHERE ready_at IS NOT NULL) AS ready
FROM (SELECT * FROM catalog.asset WHERE arrived IS NOT NULL ORDER BY arrived DESC LIMIT 100) AS newest
"""


_ACTIVITY = {
    "failed": "a.state = 'failed'",
    "refused": "a.state = 'refused'",
    "waiting": "a.state = 'waiting' AND NOT a.rejected",
    "rejected": "a.rejected",
    "working": "a.state = 'working'",
}
_UNDECIDED = "SELECT (SELECT count(*) FROM catalog.asking) + (SELECT count(*) FROM catalog.edition_asked)"


async def by_state(database: Database, within: Scope = EVERYTHING) -> dict[str, int]:
    """State → number of assets; every state is there. within: of what lies in it."""
    made = where(Filters(within=within))
    sql = f"SELECT a.state, count(*) AS count FROM catalog.asset a WHERE {made.sql} GROUP BY a.state"  # noqa: S608
    async with database.transaction() as connection:
        rows = await connection.fetch(sql, *made.values)
    return dict.fromkeys(STATES, 0) | {row["state"]: row["count"] for row in rows}


async def at_top(database: Database, within: Scope = EVERYTHING) -> dict[str, int]:
    """The same, with what was rejected apart from what waits for a person; `ready` are those that owe a later wave."""
    counts, made = await by_state(database, within), where(Filters(within=within))
    sql = f"SELECT count(*) FROM catalog.asset a WHERE a.rejected AND {made.sql}"  # noqa: S608 - the condition is ours
    async with database.reading() as connection:
        rejected: int = await connection.fetchval(sql, *made.values)
    return counts | {"waiting": counts["waiting"] - rejected, "rejected": rejected}


async def undecided(database: Database) -> int:
    """Pictures whose links, or whose places, wait for a person's word."""
    async with database.transaction() as connection:
        count: int = await connection.fetchval(_UNDECIDED)
    return count


async def totals(database: Database) -> Row:
    """Sums over all assets; of the newest 100 `latency_ms` from the PUT to the thumbnail and to ready: [p50, p95]."""
    async with database.transaction() as connection:
        found = row_of(await connection.fetchrow(_TOTALS))
        latency = row_of(await connection.fetchrow(_LATENCY))
        links = await connection.fetchval("SELECT count(*) FROM catalog.link WHERE standing IN ('linked', 'confirmed')")
        products = await connection.fetchval(
            "SELECT count(*) FROM catalog.product WHERE status = 'active' AND kind = 'product'"
        )
    return {**found, "links": links, "products": products, "latency_ms": latency}


def _cards(where: str, order: str = "coalesce(a.arrived, 'epoch'::timestamptz) DESC", more: str = "") -> str:
    """At most $1 cards, the newest first unless it is said otherwise."""
    return f"SELECT {COLUMNS}{more} FROM catalog.asset a WHERE {where} ORDER BY {order}, a.id LIMIT $1"  # noqa: S608


async def removed(database: Database, *, most: int = 200) -> list[Row]:
    """Whose file people took out of the inbox, the newest first."""
    async with database.transaction() as connection:
        return rows_of(await connection.fetch(_cards("a.gone"), most))


async def finished(database: Database, *, most: int = 12) -> list[Row]:
    """What became ready last, the newest first."""
    ready = "a.state IN ('ready', 'complete') AND a.ready_at IS NOT NULL"
    async with database.transaction() as connection:
        return rows_of(await connection.fetch(_cards(ready, "a.ready_at DESC", ", a.ready_at"), most))


async def activity(database: Database, *, most: int = 200) -> dict[str, list[Row]]:
    """What is not ready, by state, the newest first; what was rejected apart from what waits for a person."""
    async with database.transaction() as connection:
        return {
            state: rows_of(await connection.fetch(_cards(condition), most)) for state, condition in _ACTIVITY.items()
        }
