"""Up to when all hints have been acted on: what is younger may wait in a queue, so the sweep has not missed it.

A mark is set where the hints end at a moment. When intake has come past it, the next is where the jobs end; when ingest
has come past that, whatever was told before the moment has been looked at. It moves on while others keep coming.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from runtime.groups import Reach
from schemas.topics import INBOX_EVENTS, INGEST_JOBS

STAGES = (("intake", INBOX_EVENTS.name), ("ingest", INGEST_JOBS.name))
"""Groups and the topics that they read, in the order in which a hint passes them."""
LOOKS, PAUSE_S = 4, 0.7
"""At one time: commits come some times a second, and the store tells of all that the library is sent."""
Reached = Callable[[str, str], Awaitable[Reach]]


async def at_once(now: datetime) -> datetime:
    """For who has no queue."""
    return now


class Heard:
    """Keeps its mark from one call to the next; to begin with nothing was heard."""

    def __init__(self, reached: Reached, pause_s: float = PAUSE_S) -> None:
        self._reached, self._pause_s = reached, pause_s
        self._until = self._since = datetime.fromtimestamp(0, UTC)
        self._left: list[tuple[str, str]] = []
        self._mark: dict[int, int] | None = None

    async def __call__(self, now: datetime) -> datetime:
        """The moment, by the clock of `now`; `now` itself where nothing waits. Raises Unavailable."""
        for _ in range(LOOKS):
            passed = await self._passed(now)
            if self._until == now:
                break
            if not passed:
                await asyncio.sleep(self._pause_s)
        return self._until

    async def _passed(self, now: datetime) -> bool:
        """Whether the mark of a moment was passed; that of `now` is set where there is none."""
        if not self._left:
            self._since, self._left = now, [*STAGES]
        while self._left:
            done, ends = await self._reached(*self._left[0])
            mark = ends if self._mark is None else self._mark
            # A topic that was made anew ends before its mark.
            if any(done.get(number, 0) < min(end, ends.get(number, 0)) for number, end in mark.items()):
                self._mark = mark
                return False
            self._mark = None
            self._left.pop(0)
        self._until = self._since
        return True
