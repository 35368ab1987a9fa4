"""What ingest does by the clock: hints for later, and the sweep. Losing either costs time, never a file."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from runtime.outage import ride_out
from runtime.publisher import Outgoing
from schemas.inbox import InboxHint
from schemas.topics import INBOX_EVENTS
from services.ingest.sweep import Drift, stands

log = logging.getLogger(__name__)
DEEP_AGAIN_S = 600.0
"""Seconds between two deep looks at most, where messages waited: what they may have told of was left."""
REST, LONGEST_REST_S = 10, 600.0
"""So many times the CPU seconds that passed during a sweep are waited for the next: a large library costs more."""
TOLD = 20
"""Lost originals that the log names at once."""
SOON_S = 5.0
"""After somebody took a file out: folders are emptied within moments, and judged as a whole."""
Publish = Callable[[Outgoing], Awaitable[object]]


class Looks(Protocol):
    """A sweep."""

    async def look(self, *, deep: bool = True) -> Drift:
        """One comparison. Sends nothing. deep: look for all originals, and at what lies under other versions, too."""
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
    """Runs the sweep again and again while `ours` says that it is ours to run.

    deep_s: seconds between two deep looks, but at start and after an outage. What was lost, and a file that was put and
    deleted with both hints lost, is found by these only.
    """

    def __init__(
        self, sweep: Looks, publish: Publish, every_s: float, ours: Callable[[], bool], deep_s: float = 3600.0
    ) -> None:
        self._sweep, self._publish, self._every_s, self._ours = sweep, publish, every_s, ours
        self._deep_s = deep_s
        self._stopping, self._stirred = asyncio.Event(), asyncio.Event()
        self._deep_due = 0.0
        self.last: Drift | None = None

    def stop(self) -> None:
        """End after the running sweep."""
        self._stopping.set()
        self._stirred.set()

    def soon(self) -> None:
        """Somebody took a file out of the inbox: sweep in a moment, when it is seen what went with it."""
        self._stirred.set()

    async def run(self) -> None:
        """Until `stop`."""
        dear_s = 0.0
        while True:
            await self._rest(dear_s)
            if self._stopping.is_set():
                return
            if self._ours():
                dear_s = await ride_out(self._once)
            else:
                stands()

    async def _rest(self, dear_s: float) -> None:
        """At least `dear_s`; for the setting's time where nobody stirs us."""
        began = time.monotonic()
        await _until(self._stirred, max(self._every_s, dear_s))
        if self._stirred.is_set():
            await _until(self._stopping, max(min(SOON_S, self._every_s), dear_s - (time.monotonic() - began)))
            self._stirred.clear()

    async def _once(self) -> float:
        """Sweep; gives the least seconds to rest, for what it cost."""
        started, began = time.monotonic(), time.process_time()
        due, self._deep_due = self._deep_due, 0.0  # where an outage ends this one, hints were lost: the next is deep
        deep = started >= due
        drift = await self._sweep.look(deep=deep)
        for event in drift.events(time.time()):
            await self._publish(event)
        again_s = self._deep_s if drift.all_heard else min(self._deep_s, DEEP_AGAIN_S)
        self._deep_due = started + again_s if deep else due
        drift.count(self.last)
        for folder, count in drift.newly_held(self.last).items():
            log.error(
                "%d file(s) vanished from %s at once: none is noted as removed until a person confirms it",
                count,
                folder,
            )
        _say_lost(drift, self.last)
        self.last = drift
        found = len(drift.missed) + len(drift.unanswered) + len(drift.removed) + len(drift.unlinked)
        if found:
            log.info("sweep: %d things repaired in %.1f s", found, time.monotonic() - started)
        return min(REST * (time.process_time() - began), LONGEST_REST_S)


def _say_lost(drift: Drift, before: Drift | None) -> None:
    """What was not known as lost."""
    new = drift.newly_lost(before)
    for one in new[:TOLD]:
        log.error("%s", one)
    if len(new) > TOLD:
        log.error("%d originals are lost in all; `packshot sweep --dry-run` names them", len(drift.lost))


async def _until(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
