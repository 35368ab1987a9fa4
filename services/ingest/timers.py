"""What ingest does by the clock: hints for later, and the sweep. Losing either costs time, never a file."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from runtime.outage import ride_out
from runtime.publisher import Outgoing
from schemas.inbox import InboxHint
from schemas.topics import INBOX_EVENTS
from services.ingest.sweep import Drift

log = logging.getLogger(__name__)
DEEP_S = 3600.0
"""Seconds between two looks at all versions of the inbox, but at start and after an outage. A file that was put and
deleted, with both hints lost, is found by these only."""
REST, LONGEST_REST_S = 10, 600.0
"""So many times the CPU seconds that passed during a sweep are waited for the next: a large library costs more."""
Publish = Callable[[Outgoing], Awaitable[object]]


class Looks(Protocol):
    """A sweep."""

    async def look(self, *, deep: bool = True) -> Drift:
        """One comparison. Sends nothing. deep: look at what lies under other versions too."""
        ...


class Timers:
    """Sends hints later; holds no slot, key or offset meanwhile. One timer a key."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}

    def later(self, hint: InboxHint, seconds: float) -> None:
        """Hint in `seconds`; an earlier timer of the same key is replaced."""
        name = (hint.bucket, hint.key)
        if earlier := self._running.pop(name, None):
            earlier.cancel()
        task = asyncio.create_task(self._send(hint, seconds))
        self._running[name] = task
        task.add_done_callback(lambda done: self._running.pop(name, None) if self._running.get(name) is done else None)

    async def _send(self, hint: InboxHint, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await ride_out(lambda: self._publish(Outgoing(INBOX_EVENTS, f"{hint.bucket}/{hint.key}", hint)))


class Sweeping:
    """Runs the sweep again and again while `ours` says that it is ours to run."""

    def __init__(self, sweep: Looks, publish: Publish, every_s: float, ours: Callable[[], bool]) -> None:
        self._sweep, self._publish, self._every_s, self._ours = sweep, publish, every_s, ours
        self._stopping = asyncio.Event()
        self._deep_due = 0.0
        self.last: Drift | None = None

    def stop(self) -> None:
        """End after the running sweep."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`."""
        rest_s = self._every_s
        while not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), rest_s)
            except TimeoutError:
                if self._ours():
                    rest_s = await ride_out(self._once)

    async def _once(self) -> float:
        """Sweep; gives the seconds to rest."""
        started, began = time.monotonic(), time.process_time()
        due, self._deep_due = self._deep_due, 0.0  # where an outage ends this one, hints were lost: the next is deep
        deep = started >= due
        drift = await self._sweep.look(deep=deep)
        for event in drift.events(time.time()):
            await self._publish(event)
        self._deep_due = started + DEEP_S if deep else due
        drift.count(self.last)
        for folder, count in drift.newly_held(self.last).items():
            log.error(
                "%d file(s) vanished from %s at once: none is noted as removed until a person confirms it",
                count,
                folder,
            )
        self.last = drift
        found = len(drift.missed) + len(drift.unanswered) + len(drift.removed) + len(drift.unlinked)
        if found:
            log.info("sweep: %d things repaired in %.1f s", found, time.monotonic() - started)
        return max(self._every_s, min(REST * (time.process_time() - began), LONGEST_REST_S))
