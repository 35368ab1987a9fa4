"""Makes sizes that are asked for: once each, in the cage, kept in the bucket. So many may wait, more are sent away.

No facet names a size: the collector takes it when it is over seven days old. So
whoever is asked for one that is over a day old writes the same bytes again (`runtime/reuse.py`): what is asked for
stays, what nobody asks for any more goes.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

from runtime import metrics
from runtime.jobs import Cages, run_twice
from runtime.objects import Bucket, Exists
from runtime.refusal import Refused
from runtime.reuse import taken_over
from services.delivery.cache import MOST, Cache
from services.delivery.order import Order, Source
from services.delivery.work import MADE

LOOK_AGAIN_S = 3600.0
"""So long what lies in the bucket is not looked for again: it is renewed within the day after it is a day old."""
KNOWN = 100_000
"""Sizes of which we remember that they are there."""
REFUSED_S = 600.0
"""So long a picture that could not be opened is not tried again."""


T = TypeVar("T")


class Busy(Exception):
    """Too many wait already: ask again later."""


class Sizes:
    """One process's. Another that makes the same at the same time writes the same bytes."""

    def __init__(
        self, library: Bucket, cages: Cages, cache: Cache, queue: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """queue: how many may wait beside those that are being made."""
        self._library, self._cages, self._cache, self._clock = library, cages, cache, clock
        self._most = cages.size + queue
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._refused: OrderedDict[str, tuple[Refused, float]] = OrderedDict()
        self._at_work: dict[str, asyncio.Task[int]] = {}
        self._waiting = 0

    async def get(self, order: Order) -> int:
        """Bytes of the file, once it is there; all who ask for one meanwhile wait for the same.

        Raises Busy, Refused, WorkFailed, SpawnFailed, Missing, Unavailable.
        """
        size, looked = self._known.get(order.key, (0, 0.0))
        if size and self._clock() - looked < LOOK_AGAIN_S:
            self._known.move_to_end(order.key)
            return size
        if (task := self._at_work.get(order.key)) is None:
            task = self._at_work[order.key] = asyncio.create_task(self._there(order))
            task.add_done_callback(lambda done: self._end(order.key, done))
        return await asyncio.shield(task)

    def forget(self, key: str) -> None:
        """That it was there: the store says that it is not."""
        self._known.pop(key, None)

    def _end(self, key: str, done: asyncio.Task[int]) -> None:
        del self._at_work[key]
        if done.cancelled():
            return
        error = done.exception()  # who waited has it as well
        if error is None:
            _keep(self._known, key, (done.result(), self._clock()))
        elif isinstance(error, Refused):
            _keep(self._refused, key, (error, self._clock()))

    async def _there(self, order: Order) -> int:
        found = await self._library.head(order.key)
        if found and await taken_over(self._library, order.key):
            metrics.SIZES.labels("found").inc()
            return found.size
        refusal, when = self._refused.get(order.key, (None, 0.0))
        if refusal and self._clock() - when < REFUSED_S:
            raise refusal
        if self._waiting >= self._most:
            metrics.SIZES.labels("busy").inc()
            raise Busy
        self._waiting += 1
        try:
            body = await self._made(order)
        except Refused:
            metrics.SIZES.labels("refused").inc()
            raise
        finally:
            self._waiting -= 1
        metrics.SIZES.labels("made").inc()
        return len(body)

    async def _made(self, order: Order) -> bytes:
        async def fill(folder: Path) -> None:
            for name, source in order.files.items():
                await self._fetch(source, folder / name)

        body = b""
        names = {name: name for name in order.files}
        async with aclosing(run_twice(self._cages, fill, {**order.job, **names})) as values:
            async for cage, _ in values:
                body = await asyncio.to_thread(cage.output(MADE).read_bytes)
        try:
            await self._library.put(order.key, body, content_type=f"image/{order.format}", new=True)
        except Exists:
            return body  # somebody else was quicker, with the same bytes
        self._cache.keep(order.key, body)
        return body

    async def _fetch(self, source: Source, path: Path) -> None:
        if source.bytes <= MOST:  # other sizes of the same picture are asked for at once
            body = await self._cache.get(source.key, source.bytes)
            await asyncio.to_thread(path.write_bytes, body)
        else:
            await self._library.fetch(source.key, path)


def _keep(kept: OrderedDict[str, T], key: str, value: T) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > KNOWN:
        kept.popitem(last=False)
