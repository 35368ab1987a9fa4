"""What can wait: done when no records come in, a little at a time; no new file waits for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from runtime.outage import ride_out

IDLE_S = 5.0
"""How often is looked whether something is due, where nothing was."""
QUIET_S, BUSY_REST_S = 5.0, 10.0
"""Records came in less than QUIET_S ago: one step each BUSY_REST_S only."""


class Idle:
    """steps: each does a little of its work, and says whether there was any; it may raise Unavailable."""

    def __init__(self, *steps: Callable[[], Awaitable[bool]]) -> None:
        self._steps = steps
        self._disturbed_at = time.monotonic()

    def disturb(self) -> None:
        """Records have come in."""
        self._disturbed_at = time.monotonic()

    async def run(self) -> None:
        """Do what is due until cancelled. Outages are waited for."""
        while True:
            if time.monotonic() - self._disturbed_at < QUIET_S:
                await asyncio.sleep(BUSY_REST_S)
            if not any([await ride_out(step) for step in self._steps]):
                await asyncio.sleep(IDLE_S)
