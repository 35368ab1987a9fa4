"""Fills `handed` from the runs of each feed where the view was made anew: what a channel has is not forgotten."""

from runtime.database import Database
from runtime.objects import Bucket
from schemas.limits import Audience
from services.catalog.feeds import runs
from services.catalog.feeds.runs import Run
from services.catalog.queries import handed

MOST = 1000
"""Runs of one person that are read."""


class Refilled:
    """Runs in spare time; several processes do the same, and come to the same."""

    def __init__(self, database: Database, library: Bucket) -> None:
        self._database, self._library = database, library
        self._of = 0

    async def step(self) -> bool:
        """All feeds at once; False where the table is the one that was filled. Raises Unavailable."""
        table = await handed.made(self._database)
        if table == self._of:
            return False
        for feed in sorted(await runs.feeds(self._library)):
            if not await handed.known(self._database, feed):
                # Whoever fetched it for themselves has the older ones, too.
                for run in reversed(await runs.runs(self._library, feed, MOST if handed.OWN in feed else 1)):
                    await self._again(run)
        self._of = table
        return True

    async def _again(self, run: Run) -> None:
        given = await runs.given(self._library, run.feed, run.id) or {}
        rows = [
            (sku, str(asset), int(str(version))) for sku, one in given.items() for asset, version, _ in one.pictures
        ]
        await handed.keep(self._database, run.feed, rows, run.at, Audience(run.market, "", run.channel))
