"""A view of compacted topics in PostgreSQL that catches up by itself.

Offsets are stored beside the rows, with the identity of the log; at start, and whenever the database does not agree
with our position (emptied, restored from a backup), reading goes on where the *database* stands. `then` runs after the
rows are committed and before the offsets are: what it sends is sent again rather than lost. An error of our own is
tried again, then the batch is done record by record, and the one that fails is buried; too many stop the process.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

import asyncpg

from runtime import metrics
from runtime.broker import Consumer, Lost, Partition, Record
from runtime.database import Database
from runtime.deadletter import DeadLetterLimit, DeadLetters, meant_for
from runtime.deliver import BURY_PATIENCE_S
from runtime.handling import taken
from runtime.health import STALE_POLL_S
from runtime.outage import Unavailable, backoff, ride_out
from runtime.standing import Standing
from runtime.steps import step
from schemas.base import Contract
from schemas.envelope import Event
from schemas.topics import by_name

log = logging.getLogger(__name__)
T = TypeVar("T")
BATCH = 500
POLL_S = 0.5
REST_S = 0.2
"""Pause after a batch: records gather, and many small transactions become few."""
SHOW_S = 0.5
TELL_S = 10.0
"""How often at most the log says what came in: a view takes far too many records for a line each."""
LOOK_S = 5.0
"""How often the logs are asked who they are, and by an idle projection the database where it stands."""


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
        committed: Callable[[], None] = lambda: None,
        limit: DeadLetterLimit | None = None,
        max_attempts: int = 3,
        concerns: Callable[[Record], bool] = lambda _: True,
    ) -> None:
        """`then`: see above. `committed`: hears that rows and offsets are; nothing may depend on its being called.

        `concerns`: False for records that say nothing to this view; they are not even decoded. It cannot fail.
        """
        self._concerns = concerns
        self._consumer, self._db, self._standing = consumer, database, Standing(schema)
        self._apply, self._dead, self._then, self._committed = apply, dead, then, committed
        self._limit, self._max_attempts = limit or DeadLetterLimit(), max_attempts
        self._next: dict[Partition, int] = {}
        self._stopping = asyncio.Event()
        self._busy = asyncio.Lock()
        self._unshown: dict[Partition, int] = {}
        self._shown_at = 0.0
        self._goal: dict[Partition, int] | None = None
        self._taken, self._told_at = 0, 0.0
        self._missing: int | None = None
        """Of the records that the logs held at our start, how many are not in the database. None: not known yet."""
        self.last_poll = self._looked = time.monotonic()

    async def run(self) -> None:
        """Follow the topics until `stop`. Raises TooManyDeadLetters."""
        self._standing.logs = await self._ride_out(self._consumer.logs)
        await self._ride_out(lambda: self._consumer.start(self._on_assigned, self._on_revoked))
        try:
            while not self._stopping.is_set():
                records = await self._ride_out(lambda: self._consumer.poll(BATCH, POLL_S))
                self.last_poll, stood = time.monotonic(), dict(self._next)
                async with self._busy:
                    # What was sought anew while we waited for the lock is read again from there.
                    mine = [r for r in records if stood.get(r.place) == self._next.get(r.place, -1)]
                    if mine:
                        await self._batch(mine)
                    self._tell(len(mine))
                    if mine or self._unshown:
                        await self._show_lag()
                    if self._next and time.monotonic() - self._looked > LOOK_S:
                        await self._look(idle=not mine)
                if self._missing != 0:
                    await self._measure()
                if mine:
                    await asyncio.sleep(0 if len(records) == BATCH else REST_S)  # more is waiting: catch up
        finally:
            await self._consumer.stop()

    async def _ride_out(self, call: Callable[[], Awaitable[T]]) -> T:
        """Each try is a sign of life: who waits for a server is not stuck, and to start us again would not help."""

        async def trying() -> T:
            self.last_poll = time.monotonic()
            return await call()

        return await ride_out(trying)

    def stop(self) -> None:
        """End after the running batch."""
        self._stopping.set()

    async def _look(self, *, idle: bool) -> None:
        async def agrees() -> bool:
            async with self._db.reading() as connection:
                return await self._agrees(connection, set(self._next))

        if await self._logs_are_new():
            log.warning("a topic was removed and made anew: reading it from its beginning")
            await self._seek(set(self._next))
        elif idle and not await self._ride_out(agrees):
            log.warning("the database was emptied or restored: reading on from where it stands")
            await self._seek(set(self._next))
        self._looked = time.monotonic()

    async def _logs_are_new(self) -> bool:
        try:
            logs = await self._consumer.logs()
        except Unavailable as error:
            log.warning("cannot ask who the logs are: %s", error)  # asked again in a moment
            return False
        changed, self._standing.logs = logs != self._standing.logs, logs
        return changed

    async def _batch(self, records: list[Record]) -> None:
        """Put a batch into the database; what cannot be decoded or written is buried, and the offsets pass over it."""
        changes: list[Change] = []
        for record in records:
            if not self._concerns(record) or not meant_for(record, self._dead.group):
                metrics.MESSAGES.labels(record.topic, "skipped").inc()
            elif change := await self._decode(record):
                changes.append(change)
        for attempt in range(1, self._max_attempts + 1):
            try:
                done = await self._put(records, changes)
            except Exception as error:  # our own errors of any kind are retried, then looked for record by record
                log.warning("try %d of %d failed: %s", attempt, self._max_attempts, error, exc_info=error)
                await asyncio.sleep(backoff(attempt))
            else:
                if done:
                    self._well(changes)
                return
        await self._one_by_one(records, changes)

    async def _one_by_one(self, records: list[Record], changes: list[Change]) -> None:
        by_record = {id(change.record): change for change in changes}
        for at, record in enumerate(records):
            alone = [by_record[id(record)]] if id(record) in by_record else []
            try:
                done = await self._put([record], alone)
            except Exception as error:
                log.error("%s %s is passed over: %s", record.topic, record.key, error, exc_info=error)
                await self._bury(record, error, self._max_attempts + 1)
                done = await self._put([record], [])
            else:
                self._well(alone)
            if not done:  # the database stands elsewhere: what is left is read again
                await self._seek({left.place for left in records[at:]})
                return

    def _well(self, changes: list[Change]) -> None:
        for change in changes:
            self._limit.count(change.record.place, dead=False)
            taken(change.record.topic, change.record.timestamp_ms)
            metrics.MESSAGES.labels(change.record.topic, "done").inc()

    async def _bury(self, record: Record, error: Exception, attempts: int) -> None:
        await ride_out(lambda: self._dead.lay_down(record, error, attempts, self._limit), patience_s=BURY_PATIENCE_S)

    async def _put(self, records: list[Record], changes: list[Change]) -> bool:
        """Rows, what follows, offsets. False: the database stood elsewhere, and reading goes on from there."""
        ends, then = {record.place: record.offset + 1 for record in records}, self._then if changes else None

        async def rows() -> bool:
            async with self._db.transaction() as connection:
                if not await self._agrees(connection, set(ends)):
                    return False
                if changes:
                    await self._apply(connection, changes)
                    step("projection.written")
                await self._standing.save(connection, {p: self._next[p] for p in ends} if then else ends)
            return True

        if not await self._ride_out(rows):
            log.warning("the database stands elsewhere than we do: reading on from where it stands")
            await self._seek(set(ends))
            return False
        step("projection.committed")
        self._committed()
        if then is not None:
            await self._ride_out(lambda: then(changes))
            step("projection.followed")

            async def offsets() -> bool:
                async with self._db.transaction() as connection:
                    if not await self._agrees(connection, set(ends), absent=-1):
                        return False  # emptied meanwhile: to note our offsets now would skip all that is gone
                    await self._standing.save(connection, ends)
                return True

            if not await self._ride_out(offsets):
                await self._seek(set(ends))
                return False
        self._next.update(ends)
        self._unshown.update(ends)
        return True

    def _tell(self, fresh: int) -> None:
        self._taken += fresh
        if self._taken and time.monotonic() - self._told_at > TELL_S:
            log.info("%d records taken into the view", self._taken)
            self._taken, self._told_at = 0, time.monotonic()

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
        except Exception as error:  # whatever odd bytes make a decoder raise, they will do it again
            log.warning("cannot be decoded: %s", error, exc_info=error)
            await self._bury(record, error, 1)
            return None

    # ── where the database stands ─────────────────────────────────────────────────────────────────────────────
    async def _agrees(self, connection: asyncpg.Connection, places: set[Partition], absent: int = 0) -> bool:
        stored = await self._standing.read(connection, places, absent)
        return stored == {place: self._next[place] for place in places}

    async def _seek(self, places: set[Partition]) -> None:
        async def stored() -> dict[Partition, int]:
            async with self._db.reading() as connection:
                return await self._standing.read(connection, places)

        found = await self._ride_out(stored)
        ends = await self._ride_out(lambda: self._consumer.end_offsets(places))
        other = {place: 0 for place, offset in found.items() if offset > ends[place]}
        if other:  # a log shorter than we remember is another log

            async def forget() -> None:
                async with self._db.transaction() as connection:
                    await self._standing.save(connection, other)

            await self._ride_out(forget)
        for place, start in (found | other).items():
            self._next[place] = start
            self._consumer.seek(place, start)

    async def _on_assigned(self, partitions: set[Partition]) -> None:
        self._standing.logs = await self._ride_out(self._consumer.logs)
        await self._seek(partitions)

    async def _on_revoked(self, partitions: set[Partition]) -> None:
        async with self._busy:  # the running batch ends first
            for place in partitions:
                self._next.pop(place, None)

    # ── health ────────────────────────────────────────────────────────────────────────────────────────────────
    async def behind(self, ends: dict[Partition, int]) -> int:
        """How many records of `ends` (noted earlier) the database does not hold yet, over all members' partitions."""
        async with self._db.reading() as connection:
            stored = await self._standing.read(connection, set(ends))
        return sum(max(0, end - stored[place]) for place, end in ends.items())

    async def _measure(self) -> None:
        try:
            if self._goal is None:
                self._goal = await self._consumer.end_offsets(await self._consumer.everything())
            self._missing = await self.behind(self._goal)
        except Unavailable as error:
            log.debug("how full the view is cannot be known now: %s", error)  # asked again in the next turn

    def filling(self) -> str | None:
        """Why the view is not to be shown yet, or None: it holds all that the logs held when we started."""
        if self._missing == 0:
            return None
        return "the view is not read yet" if self._missing is None else f"{self._missing} records are missing yet"

    def problem(self) -> str | None:
        """What is wrong with our progress, or None."""
        silent = time.monotonic() - self.last_poll
        return f"no poll for {silent:.0f} s" if silent > STALE_POLL_S else None
