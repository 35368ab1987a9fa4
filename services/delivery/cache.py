"""Whole files in memory, the least asked for first to go. Many who ask for one at once make one read."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

MOST = 1024 * 1024
"""Larger files are not kept: they are read block by block, as the client takes them."""


class Cache:
    """Bytes by object key. Keys name content and are never rewritten, so nothing here grows old."""

    def __init__(self, read: Callable[[str, range], Coroutine[Any, Any, bytes]], room: int) -> None:
        self._read, self._room = read, room
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._reading: dict[str, asyncio.Task[bytes]] = {}

    async def get(self, key: str, size: int) -> bytes:
        """The whole file of that size. Raises Missing, Unavailable, as the read does for all who wait for it."""
        if (known := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return known
        if key not in self._reading:
            task = asyncio.create_task(self._read(key, range(size)))
            self._reading[key] = task
            task.add_done_callback(lambda done: self._read_is(key, done))
        return await asyncio.shield(self._reading[key])

    def _read_is(self, key: str, done: asyncio.Task[bytes]) -> None:
        del self._reading[key]
        if not done.cancelled() and done.exception() is None:
            self.keep(key, done.result())

    def keep(self, key: str, body: bytes) -> None:
        """A whole file that somebody is about to ask for."""
        if key in self._kept or len(body) > MOST:
            return
        self._kept[key] = body
        self._size += len(body)
        while self._size > self._room:
            _, gone = self._kept.popitem(last=False)
            self._size -= len(gone)
