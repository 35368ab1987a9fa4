"""Rounds by the clock of the library: also on a machine that is switched off at night, and of several processes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from runtime.objects import Bucket
from runtime.outage import ride_out

FIRST_S = 60.0
"""Rest after a start: whoever restarts in a loop does not work in one."""


class Rounds:
    """One round after the other until `stop`, while `ours` says that they are ours to make.

    name: `rounds/<name>` is an empty object of the library, as old as the last round.
    """

    def __init__(
        self,
        work: Callable[[], Awaitable[object]],
        library: Bucket,
        name: str,
        every_s: float,
        first_s: float = FIRST_S,
        ours: Callable[[], bool] = lambda: True,
    ) -> None:
        self._work, self._library, self._last, self._ours = work, library, f"rounds/{name}", ours
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
            if not stopped.done() and self._ours():
                round_ = asyncio.ensure_future(ride_out(self._round))
                await asyncio.wait({stopped, round_}, return_when=asyncio.FIRST_COMPLETED)
                if not round_.done():
                    round_.cancel()
                await asyncio.gather(round_, return_exceptions=stopped.done())

    async def _rest(self) -> timedelta:
        last = await self._library.head(self._last)
        due = last.modified + self._every - await self._library.now() if last else timedelta()
        return max(self._first, due)

    async def _round(self) -> None:
        await self._work()
        await self._library.put(self._last, b"")
