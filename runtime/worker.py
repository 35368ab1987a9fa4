"""The consumer loop of all heavy work: polls for ever, runs up to `slots` messages, commits what is contiguous.

Contract: a handler is called once per delivery, may take minutes, must be idempotent, and its outgoing events are
published before the offset counts as finished. Messages of one key run one after the other. A revoked partition's
running messages get `grace_s` to finish, then are cancelled (which kills their children) and done again elsewhere.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from runtime import metrics
from runtime.broker import Consumer, Lost, Partition, Record
from runtime.health import STALE_POLL_S
from runtime.offsets import OffsetTracker
from runtime.outage import Unavailable, ride_out

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How much at once. `bulk` topics get only idle slots; one slot is kept for inputs under `large_bytes`."""

    slots: int = 2
    ahead: int = 4
    """Messages held per slot, waiting for it or for their key's turn."""
    grace_s: float = 5.0
    poll_s: float = 0.5
    large_bytes: int = 50_000_000
    bulk: frozenset[str] = field(default=frozenset())


class Worker:
    """One member of one group. `process` does one record whole, or raises to stop the worker."""

    def __init__(
        self,
        consumer: Consumer,
        process: Callable[[Record], Awaitable[None]],
        limits: Limits,
        *,
        weigh: Callable[[Record], int] = lambda _: 0,
    ) -> None:
        self._consumer, self._process, self._limits, self._weigh = consumer, process, limits, weigh
        self._trackers: dict[Partition, OffsetTracker] = {}
        self._queues: dict[tuple[str, bytes], deque[Record]] = defaultdict(deque)
        self._tasks: dict[asyncio.Task[None], Record] = {}
        self._since: dict[asyncio.Task[None], float] = {}
        self._stopping = asyncio.Event()
        self._error: BaseException | None = None
        self._slots = asyncio.Semaphore(limits.slots)
        self._large = asyncio.Semaphore(max(1, limits.slots - 1))
        self.last_poll = time.monotonic()

    # ── the loop ──────────────────────────────────────────────────────────────────────────────────────────────
    async def run(self) -> None:
        """Work until `stop`. Raises what a message raised that must not be passed over."""
        await ride_out(lambda: self._consumer.start(self._on_assigned, self._on_revoked))
        try:
            while not self._stopping.is_set() and self._error is None:
                await self._turn()
        finally:
            await self._let_go(set(self._trackers))
            await self._consumer.stop()
        if self._error:
            raise self._error

    async def _turn(self) -> None:
        full = self._throttle()
        room = max(1, self._limits.slots * self._limits.ahead - self._held())
        records = await ride_out(lambda: self._consumer.poll(room, 0 if full else self._limits.poll_s))
        self.last_poll = time.monotonic()
        if full and not records:
            await asyncio.wait(self._tasks, timeout=self._limits.poll_s, return_when=asyncio.FIRST_COMPLETED)
        for record in records:
            self._take(record)
        await self._commit(set(self._trackers))

    def stop(self) -> None:
        """Finish what runs (within the grace), commit, leave."""
        self._stopping.set()

    def _held(self) -> int:
        return sum(len(queue) for queue in self._queues.values())

    def _throttle(self) -> bool:
        """Full: pause everything and keep polling empty (True). Busy: pause bulk. Otherwise take all."""
        mine = self._consumer.assignment()
        bulk = {p for p in mine if p.topic in self._limits.bulk}
        if self._held() >= self._limits.slots * self._limits.ahead:
            self._consumer.pause(mine)
            return True
        self._consumer.resume(mine - bulk)
        (self._consumer.pause if self._held() else self._consumer.resume)(bulk)
        return False

    # ── messages ──────────────────────────────────────────────────────────────────────────────────────────────
    def _take(self, record: Record) -> None:
        tracker = self._trackers.get(record.place)
        if tracker is None:
            return  # revoked while the poll was on its way; its new owner reads it
        tracker.start(record.offset)
        lane = (record.topic, record.key if record.key is not None else str(record.offset).encode())
        self._queues[lane].append(record)
        if len(self._queues[lane]) == 1:
            self._begin(lane)

    def _begin(self, lane: tuple[str, bytes]) -> None:
        record = self._queues[lane][0]
        task = asyncio.create_task(self._work(record), name=f"{record.topic}/{record.partition}/{record.offset}")
        self._tasks[task] = record
        self._since[task] = time.monotonic()
        task.add_done_callback(lambda done: self._ended(done, lane))

    async def _work(self, record: Record) -> None:
        large = self._weigh(record) > self._limits.large_bytes
        if large:
            async with self._large, self._slots:
                await self._timed(record)
        else:
            async with self._slots:
                await self._timed(record)

    async def _timed(self, record: Record) -> None:
        started = time.monotonic()
        if record.timestamp_ms:
            metrics.QUEUE_AGE.labels(record.topic).observe(max(0.0, time.time() - record.timestamp_ms / 1000))
        with metrics.IN_FLIGHT.track_inprogress():
            await self._process(record)
        metrics.HANDLING.labels(record.topic).observe(time.monotonic() - started)

    def _ended(self, task: asyncio.Task[None], lane: tuple[str, bytes]) -> None:
        record = self._tasks.pop(task)
        self._since.pop(task)
        if task.cancelled():
            return  # its partition went away; the queues of it are dropped by _let_go
        if (error := task.exception()) is not None:
            log.error(
                "stopping: %s at %s/%s offset %s", error, record.topic, record.partition, record.offset, exc_info=error
            )
            self._error = self._error or error
            return
        if tracker := self._trackers.get(record.place):
            tracker.finish(record.offset)
        queue = self._queues.get(lane)
        if queue:
            queue.popleft()
            if queue:
                self._begin(lane)
            else:
                del self._queues[lane]

    # ── partitions ────────────────────────────────────────────────────────────────────────────────────────────
    async def _on_assigned(self, partitions: set[Partition]) -> None:
        for place in partitions:
            if place not in self._trackers:
                self._trackers[place] = OffsetTracker(await ride_out(lambda p=place: self._consumer.position(p)))  # type: ignore[misc]

    async def _on_revoked(self, partitions: set[Partition]) -> None:
        await self._let_go(partitions)

    async def _let_go(self, partitions: set[Partition]) -> None:
        """Drop what has not begun, give what runs its grace, cancel the rest, commit what is done."""
        for lane in [lane for lane, queue in self._queues.items() if queue[0].place in partitions]:
            while len(self._queues[lane]) > 1:
                self._queues[lane].pop()
        running = [task for task, record in self._tasks.items() if record.place in partitions]
        if running:
            _, late = await asyncio.wait(running, timeout=self._limits.grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._commit(partitions)
        for lane in [lane for lane, queue in self._queues.items() if queue[0].place in partitions]:
            del self._queues[lane]
        for place in partitions:
            self._trackers.pop(place, None)

    async def _commit(self, partitions: set[Partition]) -> None:
        moved = {p: end for p in partitions if (t := self._trackers.get(p)) and (end := t.committable()) is not None}
        if not moved:
            return
        try:
            await self._consumer.commit(moved)
        except (Lost, Unavailable) as error:
            log.warning("commit put off: %s", error)  # done again at worst: every effect is idempotent
            return
        for place, offset in moved.items():
            self._trackers[place].committed(offset)

    # ── health ────────────────────────────────────────────────────────────────────────────────────────────────
    def problem(self) -> str | None:
        """What is wrong with our progress, or None."""
        silent = time.monotonic() - self.last_poll
        return f"no poll for {silent:.0f} s" if silent > STALE_POLL_S else None

    def progress(self) -> dict[str, object]:
        """For /healthz: in flight, and the age of the oldest unfinished message in seconds."""
        oldest = min(self._since.values(), default=time.monotonic())
        return {"in_flight": len(self._tasks), "oldest_s": round(time.monotonic() - oldest, 1)}
