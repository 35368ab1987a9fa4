"""How many dead letters wait, for Prometheus: told here, since who buried too many has ended by then.

A worker that reaches its limit takes its own counters with it before anybody has read them.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence

from runtime import metrics
from runtime.buried import Buried
from runtime.outage import Unavailable

log = logging.getLogger(__name__)
EVERY_S = 30.0
YOUNG_S = 900.0
"""So long somebody is to be called for one: whoever starts to count meanwhile finds it on the broker."""
NEWEST = 200
"""They tell what fails now."""


class Letters:
    """Sets the gauges of dead letters. `run` until cancelled."""

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
        waiting = await self._buried.waiting_by_topic()
        since_ms = int((time.time() - YOUNG_S) * 1000)
        young = await self._buried.waiting_by_topic(since_ms) if any(waiting.values()) else {}
        for topic, count in waiting.items():
            metrics.DEAD_WAITING.labels(topic).set(count)
            metrics.DEAD_YOUNG.labels(topic).set(young.get(topic, 0))
        await self._tell_errors([topic for topic, count in waiting.items() if count])

    async def _tell_errors(self, topics: Sequence[str]) -> None:
        """What they died of: the counters of who buried them may be gone, too."""
        letters = await self._buried.listed(topics, NEWEST) if topics else []
        metrics.DEAD_BY_ERROR.clear()
        errors = Counter((one.record.topic, one.header("error")) for one in letters if not one.again)
        for error, count in errors.items():
            metrics.DEAD_BY_ERROR.labels(*error).set(count)
