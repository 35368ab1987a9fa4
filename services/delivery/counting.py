"""Adds up what was sent, and writes it down every few minutes: who asks for a picture does not wait for it.

What was added up and not written is lost where the process is killed, not where it is told to stop. What is written is
an object of its own, which is written again under the same name until the store has it.
"""

import asyncio
import contextlib
import gzip
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from runtime.objects import Bucket
from runtime.outage import Unavailable
from schemas.sent import FOLDER, Sent

log = logging.getLogger(__name__)
WRITE_S = 600.0
MOST = 50_000
"""Files that are added up before it is written all the same."""
MOST_WAITING = 20
"""Objects that wait for a store that is away; then what is newer is not counted."""


class Whose(NamedTuple):
    """A file that is sent."""

    asset: str
    version: int
    preset: str
    channel: str


class Counting:
    """Of one process."""

    def __init__(self, library: Bucket, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._library, self._now = library, now
        self._sums: dict[Whose, list[int]] = {}
        self._waiting: list[tuple[str, bytes]] = []
        self._stopping, self._full = asyncio.Event(), asyncio.Event()

    def add(self, whose: Whose, sent: int) -> None:
        """So many bytes of it were sent, just now."""
        known = self._sums.get(whose)
        if known is None:
            known = self._sums[whose] = [0, 0]
            if len(self._sums) >= MOST:
                self._full.set()
        known[0] += 1
        known[1] += sent

    def stop(self) -> None:
        """Write what there is, and end."""
        self._stopping.set()
        self._full.set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), WRITE_S)
            if not self._stopping.is_set():
                self._full.clear()
                await self.write()
        await self.write()

    async def write(self) -> None:
        """What was added up so far. A store that is away is tried again next time."""
        self._close()
        while self._waiting:
            key, body = self._waiting[0]
            try:
                await self._library.put(key, body, content_type="application/gzip")
            except Unavailable as error:
                log.warning("what was sent cannot be written down yet: %s", error)
                return
            self._waiting.pop(0)

    def _close(self) -> None:
        sums, self._sums = self._sums, {}
        if not sums:
            return
        if len(self._waiting) >= MOST_WAITING:
            log.warning("the store is away: %d files that were sent are not counted", len(sums))
            return
        lines = (
            Sent(**whose._asdict(), requests=requests, bytes=size).model_dump_json()
            for whose, (requests, size) in sums.items()
        )
        now = self._now()
        key = f"{FOLDER}{now:%Y-%m}/{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.jsonl.gz"
        self._waiting.append((key, gzip.compress("\n".join(lines).encode(), mtime=0)))
