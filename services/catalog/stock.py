"""How many assets stand where, and how much they weigh: counted in spare time, for Prometheus."""

import time

from runtime import metrics
from runtime.database import Database
from runtime.states import STATES

FRESH_S = 60.0
"""So long a count stands before the next one."""
_STATES = "SELECT state, count(*) AS many FROM catalog.asset WHERE NOT gone GROUP BY state"
_BYTES = """
SELECT coalesce(sum(bytes), 0) FROM (SELECT max(bytes) AS bytes FROM catalog.every_asset GROUP BY sha256) once
"""


class Stock:
    """Sets the gauges `packshot_assets` and `packshot_originals_bytes`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted_at = -FRESH_S

    async def step(self) -> bool:
        """Count anew; False while the last count is fresh. Raises Unavailable."""
        if time.monotonic() - self._counted_at < FRESH_S:
            return False
        async with self._database.reading() as connection:
            counts = {row["state"]: row["many"] for row in await connection.fetch(_STATES)}
            stored = await connection.fetchval(_BYTES)
        for state in STATES:
            metrics.ASSETS.labels(state).set(counts.get(state, 0))
        metrics.STORED.set(float(stored))
        self._counted_at = time.monotonic()
        return True
