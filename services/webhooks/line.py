"""One endpoint's line: several entities at once while it takes them; one, ever more seldom, while it does not.

Each entity that was not taken waits for itself, so one that the endpoint never takes does not hold up the others; the
more of them fail one after the other, the longer the whole line waits. After days it is given up, until somebody
changes or replays the endpoint.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from runtime import metrics
from runtime.outage import ride_out
from services.webhooks import queue
from services.webhooks.event import Due
from services.webhooks.handler import Deps, handle
from services.webhooks.status import status_draft

log = logging.getLogger(__name__)
AT_ONCE = 8
BATCHES = 50
"""So many, then how it stands is looked at and told."""
GIVE_UP = timedelta(days=5)
TRIED_S = 3600.0
"""So long this process must have tried before it gives up: days in which we were switched off are none of trying."""
MOST_FAILED = 20
"""More entities in a row need not be known: the line waits as long as it ever does."""
TELL_S = 30.0
"""How often at most it is told how far an endpoint is behind."""
LOOK_S = 60.0
"""An idle line looks so often, in case another process has filled its queue."""


class Line:
    """`run` until `stop`. `may`: whether this process is the one that sends."""

    def __init__(self, own: str, deps: Deps, may: Callable[[], bool]) -> None:
        self.own, self._deps, self._may = own, deps, may
        self._failed: dict[str, None] = {}
        self._cause: str | None = None
        self._failing_since: datetime | None = None
        self._tried_since: float | None = None
        self._was_given_up = False
        self._oldest: datetime | None = None
        self._known = False
        self._woken, self._stopped = asyncio.Event(), asyncio.Event()
        self._not_before, self._told_at = 0.0, 0.0
        self._told: tuple[object, ...] = ()
        metrics.WEBHOOKS_LAG.labels(own).set_function(self.lag_s)

    def wake(self) -> None:
        """Something may be due."""
        self._woken.set()

    def stop(self) -> None:
        """End after what is being sent."""
        self._stopped.set()
        self._woken.set()

    def lag_s(self) -> float:
        """How long the first that it does not have waits."""
        return max(0.0, (datetime.now(UTC) - self._oldest).total_seconds()) if self._oldest else 0.0

    async def run(self) -> None:
        """Send whatever is due."""
        try:
            while not self._stopped.is_set():
                self._woken.clear()
                wait_s = await ride_out(self.turn) if self._may() else LOOK_S
                await self._rest(wait_s)
        finally:
            for gauge in (metrics.WEBHOOKS_LAG, metrics.WEBHOOKS_WAITING):
                gauge.remove(self.own)

    async def _rest(self, wait_s: float) -> None:
        """Until then, or until something new is due; while the whole line waits, what is new does not end that."""
        waits = time.monotonic() < self._not_before
        try:
            await asyncio.wait_for((self._stopped if waits else self._woken).wait(), min(LOOK_S, wait_s))
        except TimeoutError:
            return

    async def turn(self) -> float:
        """Send what may be sent; returns for how many seconds there is nothing to do. Raises Unavailable."""
        stand = await queue.stand(self._deps.database, self.own)
        if stand is None:
            return LOOK_S
        if not self._known:
            self._known, self._failing_since, self._was_given_up = True, stand.failing_since, stand.given_up
        if self._failing_since and stand.touched > self._failing_since:  # somebody has mended it, or wants it tried
            await queue.hurry(self._deps.database, self.own)
            await self._well()
        if not self._given_up() and time.monotonic() >= self._not_before:
            for _ in range(BATCHES):
                probe = bool(self._failed)
                some = await queue.upcoming(self._deps.database, self.own, 1 if probe else AT_ONCE, probe=probe)
                if not some or self._stopped.is_set() or await self._sent(stand, some):
                    break
            stand = await queue.stand(self._deps.database, self.own) or stand
        await self._tell(stand)
        if self._given_up() or stand.next_s is None:
            return LOOK_S
        return max(0.0, stand.next_s, self._not_before - time.monotonic())

    async def _sent(self, stand: queue.Stand, some: list[Due]) -> bool:
        """Whether the line waits now, for none of these was taken."""
        outcomes = await asyncio.gather(*(handle(self.own, stand.endpoint, due, self._deps) for due in some))
        if any(outcome.taken for outcome in outcomes):
            await self._well()
            return False
        causes = {due.entity: outcome.cause for due, outcome in zip(some, outcomes, strict=True) if outcome.cause}
        if not causes:
            return False
        entity, self._cause = next(iter(causes.items()))
        self._failing_since = self._failing_since or datetime.now(UTC)
        self._tried_since = self._tried_since or time.monotonic()
        if len(self._failed) < MOST_FAILED:
            self._failed[entity] = None
        self._not_before = time.monotonic() + self._deps.wait(len(self._failed))
        log.warning("webhook %s: %s", self.own, self._cause)
        return True

    async def _well(self) -> None:
        """It takes messages (again)."""
        if len(self._failed) > 1:
            await queue.hurry(self._deps.database, self.own)
        self._failed, self._cause, self._failing_since, self._not_before = {}, None, None, 0.0
        self._tried_since, self._was_given_up = None, False

    def _given_up(self) -> bool:
        if self._failing_since is None or datetime.now(UTC) - self._failing_since <= GIVE_UP:
            return False
        tried = self._tried_since is not None and time.monotonic() - self._tried_since > TRIED_S
        return tried or self._was_given_up

    async def _tell(self, stand: queue.Stand) -> None:
        """How the endpoint is, to whoever looks: at once where it turned, else now and then."""
        self._oldest = stand.oldest
        metrics.WEBHOOKS_WAITING.labels(self.own).set(stand.waiting)
        given_up, now = self._given_up(), time.monotonic()
        turned = (self._failing_since, self._cause, given_up)
        told = (*turned, stand.waiting, stand.oldest)
        if told == self._told or (
            turned == self._told[: len(turned)] and stand.waiting and now < self._told_at + TELL_S
        ):
            return
        draft = status_draft(self.own, stand, self._failing_since, self._cause, given_up=given_up)
        await self._deps.records.write(draft)
        self._told, self._told_at = told, now
