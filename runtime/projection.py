"""A view of compacted topics in PostgreSQL that catches up by itself.

Offsets are stored beside the rows, with the identity of the log; at start, and whenever the database does not agree
with our position (emptied, restored from a backup), reading goes on where the *database* stands. `then` runs after the
rows are committed and before the offsets are: what it sends is sent again rather than lost.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import asyncpg
from pydantic import ValidationError

from runtime import metrics
from runtime.broker import Consumer, Lost, Partition, Record
from runtime.database import Database
from runtime.deadletter import DeadLetters
from runtime.health import STALE_POLL_S
from runtime.outage import Unavailable, ride_out
from schemas.base import Contract
from schemas.envelope import Event
from schemas.topics import by_name

log = logging.getLogger(__name__)
BATCH = 500
REST_S = 0.2
"""Pause after a batch: records gather, and many small transactions become few."""
SHOW_S = 0.5
LOOK_S = 5.0
"""How often an idle projection asks the database where it stands: it may have been emptied meanwhile."""
OFFSETS_DDL = """
CREATE TABLE projection (
  topic text NOT NULL, partition int NOT NULL, log text NOT NULL, next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);
"""


class Change(NamedTuple):
    """One record of a compacted topic; `message` is None for a tombstone."""

    record: Record
    message: Contract | None


Apply = Callable[[asyncpg.Connection, Sequence[Change]], Awaitable[None]]
Then = Callable[[Sequence[Change]], Awaitable[None]]


class Projection:
    """One member of the group that fills `schema`. `apply` must be idempotent and guard rows by (version, revision)."""

    def __init__(
        self,
        consumer: Consumer,
        database: Database,
        schema: str,
        apply: Apply,
        dead: DeadLetters,
        *,
        then: Then | None = None,
    ) -> None:
        self._consumer, self._db, self._schema = consumer, database, schema
        self._apply, self._dead, self._then = apply, dead, then
        self._next: dict[Partition, int] = {}
        self._log = ""
        self._stopping = asyncio.Event()
        self._busy = asyncio.Lock()
        self._unshown: dict[Partition, int] = {}
        self._shown_at = 0.0
        self.last_poll = self._looked = time.monotonic()

    async def run(self) -> None:
        """Follow the topics until `stop`."""
        self._log = await ride_out(self._consumer.identity)
        await ride_out(lambda: self._consumer.start(self._on_assigned, self._on_revoked))
        try:
            while not self._stopping.is_set():
                records = await ride_out(lambda: self._consumer.poll(BATCH, 0.25))
                self.last_poll, stood = time.monotonic(), dict(self._next)
                async with self._busy:
                    # What was sought anew while we waited for the lock is read again from there.
                    mine = [r for r in records if stood.get(r.place) == self._next.get(r.place, -1)]
                    if mine:
                        await self._batch(mine)
                        await self._show_lag()
                    elif self._unshown:
                        await self._show_lag()
                    elif self._next and time.monotonic() - self._looked > LOOK_S:
                        await self._look()
                if mine:
                    await asyncio.sleep(REST_S)
        finally:
            await self._consumer.stop()

    def stop(self) -> None:
        """End after the running batch."""
        self._stopping.set()

    async def _look(self) -> None:
        async def agrees() -> bool:
            async with self._db.transaction() as connection:
                return await self._agrees(connection, set(self._next))

        if not await ride_out(agrees):
            log.warning("the database was emptied or restored: reading on from where it stands")
            await self._seek(set(self._next))
        self._looked = time.monotonic()

    async def _batch(self, records: list[Record]) -> None:
        changes = [change for record in records if (change := await self._decode(record))]
        ends = {record.place: record.offset + 1 for record in records}

        async def rows() -> bool:
            async with self._db.transaction() as connection:
                if not await self._agrees(connection, set(ends)):
                    return False
                await self._apply(connection, changes)
                await self._save(connection, ends if self._then is None else {p: self._next[p] for p in ends})
            return True

        if not await ride_out(rows):
            log.warning("the database stands elsewhere than we do: reading on from where it stands")
            await self._seek(set(ends))
            return
        if self._then is not None:
            then = self._then
            await ride_out(lambda: then(changes))

            async def offsets() -> bool:
                async with self._db.transaction() as connection:
                    if not await self._agrees(connection, set(ends), absent=-1):
                        return False  # emptied meanwhile: to note our offsets now would skip all that is gone
                    await self._save(connection, ends)
                return True

            if not await ride_out(offsets):
                await self._seek(set(ends))
                return
        self._next.update(ends)
        self._unshown.update(ends)

    async def _show_lag(self) -> None:
        """Commit now and then, only to show the lag: reading never starts from it."""
        if time.monotonic() - self._shown_at < SHOW_S:
            return
        shown = {place: end for place, end in self._unshown.items() if place in self._next}
        self._unshown, self._shown_at = {}, time.monotonic()
        if not shown:
            return  # the batch was put off: the database stood elsewhere
        try:
            await self._consumer.commit(shown)
        except (Lost, Unavailable) as error:
            log.warning("lag not shown: %s", error)

    async def _decode(self, record: Record) -> Change | None:
        if record.value is None:
            return Change(record, None)
        try:
            event = Event.model_validate_json(record.value)
            return Change(record, by_name(record.topic).model.model_validate(event.data))
        except (ValidationError, ValueError) as error:
            cause = error
            await ride_out(lambda: self._dead.bury(record, cause, 1))
            metrics.DEAD_LETTERS.labels(record.topic, type(error).__name__).inc()
            return None

    # ── where the database stands ─────────────────────────────────────────────────────────────────────────────
    async def _stored(
        self, connection: asyncpg.Connection, places: set[Partition], absent: int = 0
    ) -> dict[Partition, int]:
        rows = await connection.fetch(f'SELECT topic, partition, log, next_offset FROM "{self._schema}".projection')  # noqa: S608
        found = {Partition(r["topic"], r["partition"]): r["next_offset"] for r in rows if r["log"] == self._log}
        return {place: found.get(place, absent) for place in places}

    async def _agrees(self, connection: asyncpg.Connection, places: set[Partition], absent: int = 0) -> bool:
        return await self._stored(connection, places, absent) == {place: self._next[place] for place in places}

    async def _save(self, connection: asyncpg.Connection, ends: dict[Partition, int]) -> None:
        await connection.executemany(
            f'INSERT INTO "{self._schema}".projection VALUES ($1, $2, $3, $4) '  # noqa: S608
            "ON CONFLICT (topic, partition) DO UPDATE SET log = $3, next_offset = $4",
            [(place.topic, place.number, self._log, end) for place, end in ends.items()],
        )

    async def _seek(self, places: set[Partition]) -> None:
        async def stored() -> dict[Partition, int]:
            async with self._db.transaction() as connection:
                return await self._stored(connection, places)

        found = await ride_out(stored)
        ends = await ride_out(lambda: self._consumer.end_offsets(places))
        other = {place: 0 for place, offset in found.items() if offset > ends[place]}
        if other:  # a log shorter than we remember is another log

            async def forget() -> None:
                async with self._db.transaction() as connection:
                    await self._save(connection, other)

            await ride_out(forget)
        for place, start in (found | other).items():
            self._next[place] = start
            self._consumer.seek(place, start)

    async def _on_assigned(self, partitions: set[Partition]) -> None:
        await self._seek(partitions)

    async def _on_revoked(self, partitions: set[Partition]) -> None:
        async with self._busy:  # the running batch ends first
            for place in partitions:
                self._next.pop(place, None)

    # ── health ────────────────────────────────────────────────────────────────────────────────────────────────
    async def behind(self, ends: dict[Partition, int]) -> int:
        """How many records of `ends` (noted earlier) the database does not hold yet, over all members' partitions."""
        async with self._db.transaction() as connection:
            stored = await self._stored(connection, set(ends))
        return sum(max(0, end - stored[place]) for place, end in ends.items())

    def problem(self) -> str | None:
        """What is wrong with our progress, or None."""
        silent = time.monotonic() - self.last_poll
        return f"no poll for {silent:.0f} s" if silent > STALE_POLL_S else None
