"""Who comes through links, in one process: how often passwords are tried, and how much was taken."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable

from schemas.share import DOWNLOADS
from services.catalog.api.pace import Pace
from services.catalog.api.roles import Identity
from services.catalog.share.password import fits

TRIES = 0.5
"""Passwords a second that may be tried of one link in the long run; five at once. Whoever asks: addresses are cheap."""
REQUESTS = 100.0
"""Requests a second of one link in the long run, a thousand at once: many people, each a page of many pictures."""
SHOWN_S = 3600.0
"""What is shown large counts once within it: a film is fetched part by part."""
MOST_SHOWN = 100_000
"""From here on those of earlier hours are forgotten."""


class Door:
    """The state of all links. Counts begin anew with each process, under a name of its own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._tries, self._requests = Pace(TRIES, clock), Pace(REQUESTS, clock)
        self._clock, self._shown = clock, dict[tuple[str, str, str], float]()
        self._taken: Counter[str] = Counter()
        self._field = DOWNLOADS + secrets.token_hex(4)
        self._one = asyncio.Lock()

    def wait(self, share: str) -> float:
        """Seconds until this link may be asked again; 0: now."""
        return self._requests.wait(_named(share))

    def wait_to_try(self, share: str) -> float:
        """Seconds until a password may be tried; 0: now, and that was one."""
        return self._tries.wait(_named(share))

    async def fits(self, password: str, kept: str) -> bool:
        """Whether it is the password. One after another: each takes time and memory."""
        async with self._one:
            return await asyncio.to_thread(fits, password, kept)

    def first(self, share: str, asset: str, preset: str) -> bool:
        """Whether this file was not shown by this link within the hour."""
        now, what = self._clock(), (share, asset, preset)
        if len(self._shown) > MOST_SHOWN:
            self._shown = {one: at for one, at in self._shown.items() if now - at < SHOWN_S}
        if now - self._shown.get(what, -SHOWN_S) < SHOWN_S:
            return False
        self._shown[what] = now
        return True

    def taken(self, share: str) -> dict[str, int]:
        """One more was taken: the field that says so."""
        self._taken[share] += 1
        return {self._field: self._taken[share]}


def _named(share: str) -> Identity:
    return Identity(share, False, "channel")
