"""A line for each endpoint, so that none holds up another. Nothing is sent before the view holds all."""

import asyncio
import contextlib
from collections.abc import Callable

from runtime.outage import ride_out
from services.webhooks import queue
from services.webhooks.handler import Deps
from services.webhooks.line import Line

LOOK_S = 0.5


class Sender:
    """`filling`: why the view does not hold yet what was delivered before, or None; `may`: see `Line`."""

    def __init__(self, deps: Deps, *, filling: Callable[[], str | None], may: Callable[[], bool]) -> None:
        self._deps, self._filling, self._may = deps, filling, may
        self._lines: dict[str, Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken, self._stopped = asyncio.Event(), asyncio.Event()

    def wake(self) -> None:
        """The view has changed."""
        self._woken.set()
        for line in self._lines.values():
            line.wake()

    def stop(self) -> None:
        """End after what is being sent."""
        self._stopped.set()
        self._woken.set()
        for line in self._lines.values():
            line.stop()

    async def run(self) -> None:
        """Send until `stop`. Raises whatever ended a line."""
        while self._filling() and not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), LOOK_S)
        while not self._stopped.is_set():
            self._woken.clear()
            self._match(set(await ride_out(lambda: queue.active(self._deps.database))))
            woken = asyncio.create_task(self._woken.wait())
            await asyncio.wait({woken, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
            woken.cancel()
            self._ended({task for task in self._tasks if task.done()})
        while self._tasks:
            self._ended((await asyncio.wait(self._tasks))[0])

    def _match(self, active: set[str]) -> None:
        """Lines for these endpoints and no others."""
        for own in self._lines.keys() - active:
            self._lines.pop(own).stop()
        for own in active - self._lines.keys():
            line = self._lines[own] = Line(own, self._deps, self._may)
            self._tasks.add(asyncio.create_task(line.run()))

    def _ended(self, tasks: set[asyncio.Task[None]]) -> None:
        self._tasks -= tasks
        for task in tasks:
            task.result()
