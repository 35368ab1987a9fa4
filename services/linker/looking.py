"""In spare time, once a picture is linked by nothing: reads what pictures look like, and asks who is like whom."""

import asyncio
import contextlib
import logging
import posixpath
import time

import asyncpg
import numpy as np

from runtime.database import Database
from runtime.objects import Bucket
from runtime.outage import ride_out
from services.linker import looks, rows
from services.linker.filling import Filling

log = logging.getLogger(__name__)
TOGETHER = 16
IDLE_S = 5.0
"""How often is looked whether a picture is due, where none was."""
QUIET_S, BUSY_REST_S = 5.0, 10.0
"""Records came in less than QUIET_S ago: a few pictures each BUSY_REST_S only."""


class Looking:
    """Runs beside the projection; several processes share the work."""

    def __init__(self, database: Database, library: Bucket, filling: Filling) -> None:
        self._database, self._library, self._filling = database, library, filling
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End after the running step."""
        self._stopping.set()

    async def run(self) -> None:
        """Look at what is due until `stop`. Outages are waited for."""
        while not self._stopping.is_set():
            if time.monotonic() - self._filling.heard_at < QUIET_S:
                await self._rest(BUSY_REST_S)
            if not self._stopping.is_set() and not await ride_out(self.step):
                await self._rest(IDLE_S)

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def step(self) -> bool:
        """A few pictures; False where none is due. Raises Unavailable."""
        async with self._database.transaction() as db:
            due = await looks.due(db, TOGETHER)
            for one in due:
                await self._look(db, one)
            concerned = await looks.concerned(db, [one["asset_id"] for one in due]) if due else []
            await rows.put_todo(db, {("asset", asset) for asset in concerned})
        self._filling.touched.set()
        return bool(due)

    async def _look(self, db: asyncpg.Connection, one: asyncpg.Record) -> None:
        vector = None if one["known"] else await self._vector(one["embedding_key"])
        await looks.looked(db, one["asset_id"], one["embedding_key"], vector)

    async def _vector(self, key: str) -> tuple[str, str] | None:
        stored = await self._library.get(key)
        whole = stored is not None and stored.body and len(stored.body) % 2 == 0
        values = np.frombuffer(stored.body, "<f2") if stored and whole else np.zeros(0)
        if not values.size or not np.isfinite(values).all():
            log.error("%s is missing or broken: its picture is compared with none; `packshot retag` makes it anew", key)
            return None
        return posixpath.basename(key), f"[{','.join(map(str, values.tolist()))}]"
