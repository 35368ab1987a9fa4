"""Which pictures programs fetched with their keys, one by one: each once a day, told together every few seconds.

Not before they are given, as originals and packs are: a channel fetches thousands, and waits for none of this. What was
not told when the process is killed, some seconds of it, is told with the next fetch after its start.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from runtime.outage import Unavailable, ride_out
from runtime.publisher import batched
from schemas.download import Download

log = logging.getLogger(__name__)
TELL_S = 5.0
AT_ONCE = 500
"""Pictures in one record: far below what one may hold."""
MOST = 50_000
"""So many are remembered; beyond it a picture may be told twice a day."""
DAY_S = 86_400
Tell = Callable[[Download], Awaitable[None]]


class Fetched:
    """Of one process. clock: seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._day = clock, 0
        self._told: set[tuple[str, str, int]] = set()
        self._waiting: dict[tuple[str, int, str], list[str]] = {}

    def note(self, by: str, asset: str, version: int, preset: str) -> None:
        """`by` is given it. The first of a day counts, with the size that was asked for then."""
        day = int(self._clock() // DAY_S)
        if day != self._day or len(self._told) >= MOST:
            self._day, self._told = day, set()
        if (by, asset, version) not in self._told:
            self._told.add((by, asset, version))
            self._waiting.setdefault((by, version, preset), []).append(asset)

    async def step(self, tell: Tell) -> None:
        """Tell what waits. Raises Unavailable: what was not told waits on."""
        for (by, version, preset), assets in list(self._waiting.items()):
            for some in batched(list(assets), AT_ONCE):
                at = datetime.fromtimestamp(self._clock(), UTC)
                await tell(
                    Download(what="file", assets=some, version=version, presets=[preset], files=len(some), by=by, at=at)
                )
                del assets[: len(some)]
            if not assets:
                del self._waiting[by, version, preset]

    async def run(self, tell: Tell) -> None:
        """Until cancelled; what waits then is told."""
        try:
            while True:
                await asyncio.sleep(TELL_S)
                await ride_out(lambda: self.step(tell))
        finally:
            try:
                await self.step(tell)
            except Unavailable as error:
                log.warning("what programs fetched last is not told: %s", error)
