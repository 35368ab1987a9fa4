"""Bulk jobs as the page and the API show them: how far each is; pause, go on, cancel."""

import time
from collections.abc import Sequence

from runtime.bulk import Committed, Jobs, Standing, State, standings
from runtime.objects import Bucket

SHOWN_S = 24 * 3600.0
"""A job that has ended is shown for a day."""


class Bulk:
    """All jobs of the library. Raises Unavailable where the store or the broker does not answer."""

    def __init__(self, library: Bucket, committed: Committed) -> None:
        self._jobs, self._committed = Jobs(library), committed

    async def look(self) -> list[Standing]:
        """Newest first."""
        return await standings(await self._jobs.all(), self._committed, time.time())

    async def turn(self, job_id: str, to: State) -> None:
        """Raises KeyError: there is none that could."""
        await self._jobs.turn(job_id, to, self._committed)


def of_today(found: Sequence[Standing], now: float) -> list[Standing]:
    """Those that have not ended, and those that began within the last day. Pure."""
    return [one for one in found if one.state not in ("done", "cancelled") or now - one.job.began < SHOWN_S]
