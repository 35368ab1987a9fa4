"""Takes what delivery wrote down (schemas/sent.py) into the view, each object once; in spare time."""

import gzip
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from runtime.database import Database
from runtime.objects import Bucket
from schemas.sent import FOLDER, MONTHS, Sent
from services.catalog.queries import sent

LOOK_S = 60.0
AT_ONCE = 20


class Taking:
    """Of one process; several do the same, and what one has taken another leaves."""

    def __init__(self, database: Database, library: Bucket) -> None:
        self._database, self._library = database, library
        self._table, self._looked_at = 0, -LOOK_S
        self._due: list[str] = []

    async def step(self) -> bool:
        """Some of it; False where all was taken a moment ago. Raises Unavailable."""
        if not self._due:
            if time.monotonic() - self._looked_at < LOOK_S:
                return False
            self._due = await self._untaken()
            self._looked_at = time.monotonic()
        some, rest = self._due[:AT_ONCE], self._due[AT_ONCE:]
        for key in some:
            if stored := await self._library.get(key):
                await sent.take(self._database, key, [Sent.model_validate_json(line) for line in _lines(stored.body)])
        self._due = rest
        return bool(some)

    async def _untaken(self) -> list[str]:
        """Of this month and the last; of all where the table is another than it was."""
        table = await sent.made(self._database)
        months = list(_months(datetime.now(UTC), 2 if table == self._table else MONTHS))
        keys = [one.key for month in reversed(months) for one in await self._library.listing(f"{FOLDER}{month}/")]
        self._table = table
        return await sent.untaken(self._database, keys)


def _lines(body: bytes) -> list[bytes]:
    return gzip.decompress(body).splitlines()


def _months(now: datetime, count: int) -> Iterator[str]:
    """`2026-11`, `2026-10`, …"""
    number = now.year * 12 + now.month - 1
    return (f"{(number - back) // 12}-{(number - back) % 12 + 1:02d}" for back in range(count))
