"""Looks for copies that cannot be called back, and makes a task of each: in spare time, by one process."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from runtime.database import Database
from runtime.outage import ride_out
from runtime.publisher import Publisher
from runtime.steps import step
from services.catalog.api.saying import spoken
from services.catalog.recalls.copies import Copy, opened, untold

log = logging.getLogger(__name__)
AT_ONCE = 200
LOOK_S = 5.0
SHARE = 20
"""To look costs at most one part in so many of a process's time."""
FOLDED = timedelta(seconds=30)
"""So long a task that was said may take to show in the view, before it is said again: it is the same task."""


Look = Callable[[Database, int], Awaitable[list[Copy]]]


class Opening:
    """may: whether this process is the one that tells. look: which copies of whom nobody was told, at most so many."""

    def __init__(self, database: Database, publisher: Publisher, may: Callable[[], bool], look: Look = untold) -> None:
        self._database, self._publisher, self._may, self._look = database, publisher, may, look
        self._said: dict[str, float] = {}

    async def run(self) -> None:
        """Until cancelled. Outages are waited for."""
        while True:
            began = time.monotonic()
            await ride_out(self.turn)
            await asyncio.sleep(max(LOOK_S, SHARE * (time.monotonic() - began)))

    async def turn(self) -> int:
        """Tell of some; returns of how many. Raises Unavailable."""
        if not self._may():
            return 0
        now = time.monotonic()
        self._said = {own: at for own, at in self._said.items() if now - at < FOLDED.total_seconds()}
        most = AT_ONCE + len(self._said)
        found = [one for one in await self._look(self._database, most) if one.own not in self._said]
        for said in opened(found):
            await self._publisher.publish(spoken(said))
            step("recall.opened")
        self._said |= dict.fromkeys((one.own for one in found), now)
        if found:
            log.info("%d copies are out of files that may not be given any more, or not so: each is a task", len(found))
        return len(found)
