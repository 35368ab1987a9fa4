"""Keeps drops as they shall be: each looks every few minutes, and at once when something in it must go."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from runtime import metrics
from runtime.database import Database
from runtime.objects import Bucket
from runtime.outage import Unavailable, ride_out
from schemas.limits import Audience
from services.catalog.channels.model import Channel
from services.catalog.drops.holding import Holding
from services.catalog.drops.model import Drop, DropsError
from services.catalog.drops.standing import Standing
from services.catalog.drops.target import NotTaken, Target
from services.catalog.drops.turn import Turn
from services.catalog.drops.wanted import wanted
from services.catalog.feeds.runs import Run
from services.catalog.queries import handed

log = logging.getLogger(__name__)
LOOK_S = 10.0
"""How often is looked whether something must go."""
LONGEST_WAIT_S = 600.0


class Pushing:
    """targets: where each goes, by name. may: whether this process is the one that puts."""

    def __init__(
        self,
        database: Database,
        library: Bucket,
        channels: Mapping[str, Channel],
        drops: Mapping[str, Standing],
        targets: Mapping[str, Target],
        spool: Path,
        public_url: str,
        may: Callable[[], bool] = lambda: True,
        wait: Callable[[int], float] = lambda failures: min(LONGEST_WAIT_S, 5.0 * 2 ** min(failures - 1, 20)),
    ) -> None:
        self._database, self._library, self._channels = database, library, channels
        self._spool, self._public_url, self._may, self._wait = spool, public_url, may, wait
        self._drops, self._targets = drops, targets

    async def run(self) -> None:
        """Until cancelled. What one drop waits for holds up no other; outages of ours are waited out."""
        feeds = {one.drop.feed for one in self._drops.values()}
        await ride_out(lambda: handed.left(self._database, feeds))
        await asyncio.gather(*(self._follow(one) for one in self._drops.values()), asyncio.Event().wait())

    async def _follow(self, one: Standing) -> None:
        while True:
            await ride_out(lambda: self.step(one))
            await asyncio.sleep(LOOK_S)

    async def step(self, one: Standing) -> Run | None:
        """Take a turn where one is due. Raises Unavailable."""
        try:
            return await self._step(one)
        finally:
            self._tell(one)

    async def _step(self, one: Standing) -> Run | None:
        drop = one.drop
        if not self._may():
            return None
        if time.monotonic() < one.next_at and (one.failures or not await self._must_go(one)):
            return None
        try:
            run = await self._turn(drop, one)
        except Unavailable:
            raise
        except (NotTaken, DropsError, LookupError) as error:  # the last: the channel has no rules today
            self._failed(one, str(error))
            return None
        except Exception as error:  # an error of our own with one drop must not end the others, nor the API
            log.error("drop %s cannot be kept", drop.name, exc_info=error)
            self._failed(one, f"An error of our own: {error!r}")
            return None
        one.failures, one.failing_since, one.cause = 0, None, ""
        one.looked, one.next_at = datetime.now(UTC), time.monotonic() + drop.every
        if run:
            log.info("drop %s holds %d pictures of %d products", drop.name, run.pictures, run.products)
        return run

    def _tell(self, one: Standing) -> None:
        since = one.failing_since if self._may() else None
        failing = (datetime.now(UTC) - since).total_seconds() if since else 0.0
        metrics.DROP_FAILING.labels(one.drop.name).set(failing)

    async def _must_go(self, one: Standing) -> bool:
        since = one.looked or datetime.now(UTC)
        return await handed.any_to_recall(self._database, one.drop.feed, self._audience(one.drop), since)

    def _audience(self, drop: Drop) -> Audience:
        return Audience(drop.market, "", self._channels[drop.channel].audience)

    def _failed(self, one: Standing, cause: str) -> None:
        one.failures += 1
        one.failing_since, one.cause = one.failing_since or datetime.now(UTC), cause
        one.next_at = time.monotonic() + self._wait(one.failures)
        metrics.DROPPED.labels(one.drop.name, "failed").inc()
        log.warning("drop %s: %s", one.drop.name, cause)

    async def _turn(self, drop: Drop, one: Standing) -> Run | None:
        holding = Holding(self._library, self._database, drop.feed, self._audience(drop), drop.copies)
        turn = Turn(drop.name, drop.feed, holding, self._targets[drop.name], self._database, self._spool)
        out = await turn.take_out()
        found = await wanted(self._database, self._library, drop, self._channels[drop.channel], self._public_url)
        one.notes = tuple(found.notes)
        return await turn.take(found) or out
