"""Fetches what was asked for by address, and drops it into the inbox as an upload would.

What waits is in the view, so a process that ended is gone on from: a file that was put and not yet told of is fetched
and put again, and ingest knows it by its bytes.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runtime.database import Database
from runtime.objects import Bucket
from runtime.outage import ride_out
from runtime.publisher import Publisher
from runtime.room import Room
from schemas.decision import Decision
from schemas.web_import import KIND
from services.catalog.api.saying import spoken
from services.catalog.inbound.fetching import Fetcher, Refused
from services.catalog.queries import imports

log = logging.getLogger(__name__)
AT_ONCE = 4
TRIES = 3
LOOK_S, AGAIN_S = 1.0, 10.0
BY = "import"


@dataclass
class Importing:
    """Of one process. may: whether it is this one that does it. room: of the spool, an empty folder of its own."""

    database: Database
    inbox: Bucket
    publisher: Publisher
    fetch: Fetcher
    spool: Path
    room: Room
    most: int
    may: Callable[[], bool]
    again_s: float = AGAIN_S
    _told: dict[str, None] = field(default_factory=dict)
    """Lately done; the view is seconds behind."""
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                await ride_out(self.step)
                await asyncio.sleep(LOOK_S)
        finally:
            for task in self._running.values():
                task.cancel()

    async def step(self) -> None:
        """Begin what waits, where there is a place. Raises Unavailable, and what went wrong with one before."""
        for own, task in list(self._running.items()):
            if task.done():
                del self._running[own]
                task.result()
        free = AT_ONCE - len(self._running)
        if not free or not self.may():
            return
        for known in await imports.waiting(self.database, [*self._running, *self._told], free):
            self._running[known.id] = asyncio.create_task(self._one(known))

    async def settled(self) -> None:
        """All that was begun is done."""
        await asyncio.gather(*self._running.values())

    async def _one(self, known: imports.Known) -> None:
        path = self.spool / f"import-{known.id}"
        try:
            fields = await self._fetched(known, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
        await ride_out(lambda: self._say(known.id, fields))
        self._told[known.id] = None
        for old in list(self._told)[:-1000]:
            del self._told[old]
        log.info("import %s is %s", known.id, fields["status"], extra={"fields": {"subject": known.told.key}})

    async def _fetched(self, known: imports.Known, path: Path) -> dict[str, Any]:
        for last in (*[False] * (TRIES - 1), True):
            try:
                size = await ride_out(lambda: self._spooled(known.told.url, path))
                await ride_out(lambda: self._put(known.told.key, path))
            except Refused as error:
                if error.again and not last:
                    await asyncio.sleep(self.again_s)
                    continue
                return {"status": "refused", "cause": error.cause, "cure": error.cure}
            return {"status": "done", "bytes": size}
        raise AssertionError("the last try returns")

    async def _spooled(self, url: str, path: Path) -> int:
        with self.room.take(path, self.most):
            return await self.fetch(url, path)

    async def _put(self, key: str, path: Path) -> None:
        await self.inbox.put_file(key, path, content_type="application/octet-stream")

    async def _say(self, own: str, fields: dict[str, Any]) -> None:
        said = Decision(id=str(uuid.uuid4()), entity=f"{KIND}/{own}", set=fields, by=BY, at=datetime.now(UTC))
        await self.publisher.publish(spoken(said))
