"""Who works now: first things first, and large inputs never take the last slot.

A slot that becomes free goes to the first waiter that may have it. A large input is passed over while all other slots
but one hold large inputs. Bulk work has slots of its own, so that nobody waits for it to end (its children are of the
lowest priority), and begins only while a slot idles that nobody waits for. Where some overtake, every other slot is
theirs (`runtime/overtake.py`).
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(eq=False)
class _Waiter:
    large: bool
    granted: asyncio.Event = field(default_factory=asyncio.Event)


class Slots:
    """`count` slots of one worker, and `bulk` beside them. With a single slot there is none to keep free."""

    def __init__(self, count: int, bulk: int = 1) -> None:
        self._free, self._bulk_free = count, bulk
        self._large_free = max(1, count - 1)
        self._normal: deque[_Waiter] = deque()
        self._early: deque[_Waiter] = deque()
        self._early_next = True
        self._bulk: deque[_Waiter] = deque()

    @asynccontextmanager
    async def hold(self, *, large: bool, bulk: bool, early: bool = False) -> AsyncIterator[None]:
        """Wait for a slot and keep it inside the block. early: it overtakes."""
        waiter, queue = _Waiter(large), self._bulk if bulk else self._early if early else self._normal
        queue.append(waiter)
        self._grant()
        try:
            await waiter.granted.wait()
            yield
        finally:
            if not waiter.granted.is_set():
                queue.remove(waiter)
            elif bulk:
                self._bulk_free += 1
            else:
                self._free += 1
                self._large_free += large
            self._grant()

    def _grant(self) -> None:
        while self._free and (chosen := self._next()):
            self._free -= 1
            self._large_free -= chosen.large
            chosen.granted.set()
        while self._free and not self._normal and not self._early and self._bulk_free and self._bulk:
            self._bulk_free -= 1
            self._bulk.popleft().granted.set()

    def _next(self) -> _Waiter | None:
        queues = (self._early, self._normal) if self._early_next else (self._normal, self._early)
        if chosen := self._first(queues[0]) or self._first(queues[1]):
            self._early_next = not self._early_next
        return chosen

    def _first(self, queue: deque[_Waiter]) -> _Waiter | None:
        for waiter in queue:
            if self._large_free or not waiter.large:
                queue.remove(waiter)
                return waiter
        return None
