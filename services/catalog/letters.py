"""How many dead letters wait, for Prometheus: told here, since who buried too many has ended by then.

A worker that reaches its limit takes its own counters with it before anybody has read them.
"""

import asyncio
import logging

from runtime import metrics
from runtime.buried import Buried
from runtime.outage import Unavailable

log = logging.getLogger(__name__)
EVERY_S = 30.0


class Letters:
    """Sets the gauge `packshot_dead_letters_waiting`. `run` until cancelled."""

    def __init__(self, buried: Buried) -> None:
        self._buried = buried

    async def run(self) -> None:
        """Count now and then; what was counted last stands while Kafka is away."""
        while True:
            try:
                await self.count()
            except Unavailable as error:
                log.debug("dead letters cannot be counted now: %s", error)  # asked again in a moment
            await asyncio.sleep(EVERY_S)

    async def count(self) -> None:
        """Once. Raises Unavailable."""
        for topic, count in (await self._buried.waiting_by_topic()).items():
            metrics.DEAD_WAITING.labels(topic).set(count)
