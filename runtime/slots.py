"""Who works now: first things first, and large inputs never take the last slot.

A slot that becomes free goes to the first waiter of the normal queue that may have it; bulk work gets one only while no
normal work waits. A large input is passed over while all other slots but one hold large inputs.
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
    """`count` slots of one worker. With a single slot there is none to keep free."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._large_free = max(1, count - 1)
        self._normal: deque[_Waiter] = deque()
        self._bulk: deque[_Waiter] = deque()

    @asynccontextmanager
    async def hold(self, *, large: bool, bulk: bool) -> AsyncIterator[None]:
        """Wait for a slot and keep it inside the block."""
        waiter, queue = _Waiter(large), self._bulk if bulk else self._normal
        queue.append(waiter)
        self._grant()
        try:
            await waiter.granted.wait()
            yield
        finally:
            if waiter.granted.is_set():
                self._free += 1
                self._large_free += large
            else:
                queue.remove(waiter)
            self._grant()

    def _grant(self) -> None:
        while self._free and (chosen := self._first(self._normal) or self._idle()):
            self._free -= 1
            self._large_free -= chosen.large
            chosen.granted.set()

    def _idle(self) -> _Waiter | None:
        return None if self._normal else self._first(self._bulk)

    def _first(self, queue: deque[_Waiter]) -> _Waiter | None:
        for waiter in queue:
            if self._large_free or not waiter.large:
                queue.remove(waiter)
                return waiter
        return None
