"""Whether the view is full. A linker on a view that is still filling would unlink everything: it waits instead."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from runtime.at_work import bounded
from runtime.broker import Consumer, Partition
from runtime.projection import Projection

Ends = Callable[[set[Partition]], Awaitable[dict[Partition, int]]]


class Warmth:
    """Cold until the database holds all that the topics held when we began to wait; cold again if it is emptied."""

    def __init__(self, projection: Projection, consumer: Consumer) -> None:
        self._projection, self._consumer = projection, consumer
        self._ends: dict[Partition, int] | None = None
        self._asking, self._full_at = asyncio.Lock(), 0.0

    async def wait(self) -> None:
        """Return once the view is full. Cheap when it is: one query, for all who came before it was asked."""
        came = time.monotonic()
        with bounded():  # by what is to be read, which may be a first import of a million products
            await self._wait(came)

    async def _wait(self, came: float) -> None:
        async with self._asking:
            if self._full_at <= came:
                began = time.monotonic()
                await self._until_full()
                self._full_at = began

    async def _until_full(self) -> None:
        if self._ends is not None and not await self._projection.behind(self._ends):
            return
        self._ends = await self._consumer.end_offsets(await self._consumer.everything())
        while await self._projection.behind(self._ends):  # noqa: ASYNC110 - another process may fill it: no event
            await asyncio.sleep(0.2)
