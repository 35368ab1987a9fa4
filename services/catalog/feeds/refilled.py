"""Fills `handed` from each feed's newest run where the view was made anew: what a channel has is not forgotten."""

from runtime.database import Database
from runtime.objects import Bucket
from schemas.limits import Audience
from services.catalog.feeds import runs
from services.catalog.queries import handed


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
            run = await runs.newest(self._library, feed)
            given = await runs.given(self._library, feed, run.id) if run else None
            if run and given is not None:
                rows = [
                    (sku, str(asset), int(str(version))) for sku, each in given.items() for asset, version, _ in each
                ]
                if not await handed.known(self._database, feed):
                    whom = Audience(run.market, "", run.channel)
                    await handed.keep(self._database, feed, rows, run.at, whom)
        self._of = table
        return True
