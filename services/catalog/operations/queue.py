"""How much each stage has before it, and when that is done: from what the broker knows, looked at again and again."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from runtime.lags import Lag
from runtime.outage import Unavailable

FRESH_S = 4.0
"""So long a look stands."""
REMEMBERED_S = 120.0
"""What is older says nothing of how fast it goes now."""
LEAST_S = 3.0
"""Between two looks that tell how fast it goes."""
STAGES: dict[str, str] = {
    "intake": "Looking at what came",
    "ingest": "Taking files in",
    "render": "First pictures and renditions",
    "render-later": "More formats",
    "render-video": "Films",
    "tagger": "Tags",
    "tagger-later": "Codes, text and cut-outs",
    "linker": "Links to products",
    "linker-media": "What products show",
    "curator": "Decisions and going live",
    "catalog": "This library's view",
    "delivery": "Public addresses",
    "pim": "Products of the PIM",
    "pim-media": "Writing back to the PIM",
    "webhooks": "Webhooks",
}
"""Consumer group → what it does, in the order in which a file passes."""


class Stage(NamedTuple):
    """behind: messages that are not done. a_second: how many fewer there are each second (below 0: more); None: not
    known yet.
    """

    group: str
    words: str
    behind: int
    a_second: float | None

    @property
    def empty_in_s(self) -> float | None:
        """None where it does not get less, or that is not known yet."""
        return self.behind / self.a_second if self.behind and self.a_second and self.a_second > 0 else None


Look = tuple[float, Mapping[str, int]]
"""Seconds of some clock, and group → messages behind."""


def stages(looks: Sequence[Look]) -> list[Stage]:
    """As of the last look, the order of STAGES; groups that no stage is of are left out. Pure."""
    if not looks:
        return []
    now, behind = looks[-1]
    then = next((one for one in looks if LEAST_S <= now - one[0] <= REMEMBERED_S), None)
    return [
        Stage(group, words, behind[group], _speed(then, now, group, behind[group]))
        for group, words in STAGES.items()
        if group in behind
    ]


def _speed(then: Look | None, now: float, group: str, behind: int) -> float | None:
    if then is None or group not in then[1]:
        return None
    return (then[1][group] - behind) / (now - then[0])


def fullest(found: Sequence[Stage]) -> Stage | None:
    """The one that holds the queue: what takes longest to be done, where that is known; else what has most."""
    waiting = [one for one in found if one.behind]
    return max(waiting, key=lambda one: (one.empty_in_s or 0.0, one.behind), default=None)


class Queue:
    """Looks at the broker when somebody asks, at most every few seconds."""

    def __init__(
        self, measure: Callable[[], Awaitable[Sequence[Lag]]] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._measure, self._clock = measure, clock
        self._looks: deque[Look] = deque()
        self._one_at_a_time = asyncio.Lock()

    async def look(self) -> list[Stage] | None:
        """None where the broker does not answer, or nobody may ask it."""
        if self._measure is None:
            return None
        async with self._one_at_a_time:
            if not self._looks or self._clock() - self._looks[-1][0] >= FRESH_S:
                try:
                    self._take(await self._measure())
                except Unavailable:
                    return None
            return stages(self._looks)

    def _take(self, lags: Sequence[Lag]) -> None:
        now, behind = self._clock(), dict[str, int]()
        for one in lags:
            behind[one.group] = behind.get(one.group, 0) + one.behind
        self._looks.append((now, behind))
        while now - self._looks[0][0] > REMEMBERED_S:
            self._looks.popleft()
