"""How many products are ready for each channel: counted in spare time, some at a time, for the page and Prometheus."""

import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from runtime import metrics
from runtime.database import Database
from services.catalog.channels.model import Channel
from services.catalog.channels.survey import survey
from services.catalog.channels.verdict import WORST, State
from services.catalog.queries.readiness import media, some_skus

CHUNK = 100
FRESH_S = 300.0
"""So long a count stands before the next one begins."""


class Tally:
    """`of` answers with the last whole count; none was made yet: None."""

    def __init__(self, database: Database | None = None, channels: Mapping[str, Channel] | None = None) -> None:
        self._database, self._channels = database, channels or {}
        self._counts: dict[str, Counter[State]] | None = None
        self._running: dict[str, Counter[State]] = {}
        self._cursor = ""
        self._counted_at = -FRESH_S

    def of(self, channel: str) -> Mapping[State, int] | None:
        """State → products, as of the last count."""
        return None if self._counts is None else self._counts.get(channel, Counter())

    async def step(self) -> bool:
        """Count some products on all channels; False while the last count is fresh. Raises Unavailable."""
        if self._database is None or time.monotonic() - self._counted_at < FRESH_S:
            return False
        skus = [row["sku"] for row in await some_skus(self._database, cursor=self._cursor, limit=CHUNK)]
        found, day = await media(self._database, skus), datetime.now(UTC).date()
        for name, channel in self._channels.items():
            if channel.on(day) is not None:
                states = (one.state for one in survey(channel, found, day=day))
                self._running.setdefault(name, Counter()).update(states)
        self._cursor = skus[-1] if len(skus) == CHUNK else ""
        if not self._cursor:
            self._tell()
        return True

    def _tell(self) -> None:
        self._counts, self._running, self._counted_at = self._running, {}, time.monotonic()
        for name, counts in self._counts.items():
            for state in WORST:
                metrics.PRODUCTS_ON_CHANNEL.labels(name, state).set(counts[state])
