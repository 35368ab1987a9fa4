"""Rounds by the clock of the library: also on a machine that is switched off at night."""

import asyncio
from datetime import timedelta

from runtime.objects import Bucket
from runtime.outage import ride_out
from services.collector.handler import Collector

LAST = "rounds/collector"
"""An empty object, as old as the last round."""
FIRST_S = 60.0
"""Rest after a start: whoever restarts in a loop does not collect in one."""


class Rounds:
    """One round after the other until `stop`."""

    def __init__(self, collector: Collector, library: Bucket, every_s: float, first_s: float = FIRST_S) -> None:
        self._collector, self._library = collector, library
        self._every, self._first = timedelta(seconds=every_s), timedelta(seconds=first_s)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End; a running round is cut off, and the next one goes on."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`."""
        stopped = asyncio.ensure_future(self._stopping.wait())
        while not stopped.done():
            rest = await ride_out(self._rest)
            await asyncio.wait({stopped}, timeout=rest.total_seconds())
            if not stopped.done():
                round_ = asyncio.ensure_future(ride_out(self._round))
                await asyncio.wait({stopped, round_}, return_when=asyncio.FIRST_COMPLETED)
                if not round_.done():
                    round_.cancel()
                await asyncio.gather(round_, return_exceptions=stopped.done())

    async def _rest(self) -> timedelta:
        last = await self._library.head(LAST)
        due = last.modified + self._every - await self._library.now() if last else timedelta()
        return max(self._first, due)

    async def _round(self) -> None:
        await self._collector.collect()
        await self._library.put(LAST, b"")
