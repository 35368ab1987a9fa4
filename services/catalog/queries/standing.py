"""What stands between files and *ready*: where those at work are, how fast they get done, and what goes wrong most."""

from typing import NamedTuple

from runtime.database import Database
from services.catalog.queries.rows import Row, rows_of

SPAN_S = 300
"""How fast it goes is that of so many seconds."""
_WORKING = """SELECT stage, count(*) AS count, min(arrived) AS oldest FROM catalog.asset
WHERE state = 'working' GROUP BY stage ORDER BY count(*) DESC, stage"""
_DONE = "SELECT count(*) FROM catalog.asset WHERE ready_at > now() - make_interval(secs => $1)"
_CAUSES = """SELECT state, cause, (array_agg(cure))[1] AS cure, count(*) AS count, max(arrived) AS latest
FROM catalog.asset WHERE state IN ('failed', 'refused') GROUP BY state, cause
ORDER BY state, count(*) DESC, cause LIMIT $1"""


class Standing(NamedTuple):
    """working: rows of stage, count, oldest. done: files that became ready in SPAN_S. causes: rows of state, cause,
    cure, count, latest; what is our error first, then what comes most often.
    """

    working: list[Row]
    done: int
    causes: list[Row]

    @property
    def empty_in_s(self) -> float | None:
        """Until no file is at work, if it goes on as in the last minutes; None where nothing was done in them."""
        count = sum(row["count"] for row in self.working)
        return count * SPAN_S / self.done if count and self.done else None


async def standing(database: Database, *, most: int = 6) -> Standing:
    """Raises Unavailable."""
    async with database.reading() as connection:
        return Standing(
            rows_of(await connection.fetch(_WORKING)),
            await connection.fetchval(_DONE, SPAN_S),
            rows_of(await connection.fetch(_CAUSES, most)),
        )
