"""What waits for a person's word about editions: files of one folder and edition together."""

from dataclasses import dataclass

from runtime.database import Database
from services.catalog.queries.assets import COLUMNS
from services.catalog.queries.questions import ALIKE_SHOWN
from services.catalog.queries.rows import Row, rows_of

_GROUPS = """
SELECT e.cause, count(*) AS count, (array_agg(e.asset_id ORDER BY b.key))[1:$2] AS ids,
       (array_agg(e.holder ORDER BY b.key))[1:$2] AS holders, (array_agg(e.slot ORDER BY b.key))[1] AS slot
FROM catalog.edition_asked e JOIN catalog.asset b ON b.id = e.asset_id
GROUP BY e.cause ORDER BY count(*) DESC, e.cause LIMIT $1
"""
_MEMBERS = """
SELECT e.holder, e.asset_id FROM catalog.edition_asked e JOIN catalog.asset b ON b.id = e.asset_id
WHERE e.cause = $1 AND ($2::text[] IS NULL OR e.asset_id = ANY($2))
ORDER BY e.holder, b.edition, b.arrived, e.asset_id LIMIT $3
"""


@dataclass(frozen=True)
class Editions:
    """How many ask; the first of them, each with the card of the picture whose place it has, and the first place."""

    cause: str
    count: int
    cards: list[Row]
    holders: list[Row]
    slot: str


async def groups(database: Database, *, most: int) -> list[Editions]:
    """The largest first. Raises Unavailable."""
    async with database.transaction() as connection:
        rows = await connection.fetch(_GROUPS, most, ALIKE_SHOWN)
        ids = {asset for row in rows for asset in (*row["ids"], *row["holders"])}
        query = f"SELECT {COLUMNS} FROM catalog.asset a WHERE a.id = ANY($1)"  # noqa: S608 - the columns are ours
        cards = {card["id"]: card for card in rows_of(await connection.fetch(query, list(ids)))}
    return [
        Editions(
            row["cause"],
            row["count"],
            [cards[one] for one in row["ids"]],
            [cards[one] for one in row["holders"]],
            row["slot"],
        )
        for row in rows
    ]


async def members(database: Database, cause: str, *, only: list[str] | None, most: int) -> dict[str, list[str]]:
    """Asset → those that ask to be its next versions, in the order in which they would be. Raises Unavailable."""
    found: dict[str, list[str]] = {}
    async with database.transaction() as connection:
        for row in await connection.fetch(_MEMBERS, cause, only, most):
            found.setdefault(row["holder"], []).append(row["asset_id"])
    return found


async def may_join(database: Database, assets: list[str]) -> set[str]:
    """Those of these assets that are there and have no editions of their own. Raises Unavailable."""
    sql = (
        "SELECT a.id FROM catalog.asset a WHERE a.id = ANY($1::text[]) AND NOT EXISTS (SELECT FROM catalog.facet f "
        "WHERE f.asset_id = a.id AND f.facet = 'file' AND f.data ? 'taken_from' AND f.version = a.newest)"
    )
    async with database.transaction() as connection:
        return {row["id"] for row in await connection.fetch(sql, assets)}
