"""How often a key may ask: a bucket of tokens each, that fills all the time. The page's own sessions may always."""

import time
from collections import OrderedDict
from collections.abc import Callable

from services.catalog.api.roles import Identity

KEPT = 10_000
"""Keys that are remembered; who has not asked for long is full again anyway."""


class Pace:
    """Of one process. rate: requests a second in the long run, 0 for no limit; ten seconds' worth at once."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, who: Identity) -> float:
        """Seconds to wait; 0: it may, and one token is gone."""
        if who.by_cookie or not self._rate:
            return 0.0
        now, most = self._clock(), self._rate * 10
        own = who.id or who.name
        left, at = self._left.pop(own, (most, now))
        left = min(most, left + (now - at) * self._rate)
        allowed = left >= 1
        self._left[own] = (left - 1 if allowed else left, now)
        while len(self._left) > KEPT:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate
