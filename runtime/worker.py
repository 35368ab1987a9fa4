"""The consumer loop of all heavy work: polls for ever, runs up to `slots` messages, commits what is contiguous.

Contract: a handler is called once per delivery, may take minutes, must be idempotent, and its outgoing events are
published before the offset counts as finished. Messages of one key in one partition run one after the other. A revoked
partition's running messages get `grace_s` to finish, then are cancelled (which kills their children) and done again
elsewhere; what has not begun is dropped at once.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from runtime import metrics
from runtime.broker import Consumer, Lost, Partition, Record
from runtime.health import STALE_POLL_S
from runtime.offsets import OffsetTracker
from runtime.outage import Unavailable, ride_out
from runtime.overtake import Overtaking
from runtime.slots import Slots

log = logging.getLogger(__name__)
COMMIT_EVERY_S = 0.25
"""A crash repeats at most so much: commits are requests to the broker like any other."""
Lane = tuple[Partition, bytes]
"""Messages of one key in one partition: one after the other."""


@dataclass(frozen=True)
class Limits:
    """How much at once. One slot is kept for inputs under `large_bytes`.

    What is on `bulk` topics has `bulk_slots` of its own, and begins only while other slots idle.
    """

    slots: int = 2
    ahead: int = 4
    """Messages held per slot, waiting for it or for their key's turn."""
    grace_s: float = 5.0
    poll_s: float = 0.5
    large_bytes: int = 50_000_000
    bulk: frozenset[str] = field(default=frozenset())
    bulk_slots: int = 1


class Worker:
    """One member of one group. `process` does one record whole, or raises to stop the worker."""

    def __init__(
        self,
        consumer: Consumer,
        process: Callable[[Record], Awaitable[None]],
        limits: Limits,
        *,
        weigh: Callable[[Record], int] = lambda _: 0,
        concerns: Callable[[Record], bool] = lambda _: True,
        ready: Callable[[Record], Awaitable[None]] | None = None,
        dealt: Callable[[], None] = lambda: None,
        overtaking: Overtaking | None = None,
    ) -> None:
        """`concerns`: False for records that are done with as they come; it must be cheap and cannot fail.

        `ready`: awaited before a record takes a slot, where what it needs may be on its way; it ends, and cannot fail.
        `dealt`: called when partitions become ours, before anything of them is read. `overtaking`: who reads ahead.
        """
        self._consumer, self._process, self._limits, self._weigh = consumer, process, limits, weigh
        self._concerns, self._ready, self._dealt = concerns, ready, dealt
        self._overtaking = overtaking
        self._early: dict[Partition, dict[int, bool]] = {}
        """What overtakes and was not read in its place yet, by offset: whether it is finished."""
        self._committed_at = 0.0
        self._trackers: dict[Partition, OffsetTracker] = {}
        self._leaving: set[Partition] = set()
        self._queues: dict[Lane, deque[Record]] = defaultdict(deque)
        self._tasks: dict[asyncio.Task[None], Record] = {}
        self._since: dict[asyncio.Task[None], float] = {}
        self._waiting: set[asyncio.Task[None]] = set()
        """Tasks that have no slot yet."""
        self._to_end, self._room = 0, asyncio.Event()
        """So many have to end before there is room to poll again, and that they have."""
        self._stopping = asyncio.Event()
        self._error: BaseException | None = None
        self._slots = Slots(limits.slots, limits.bulk_slots)
        self._opened: tuple[bool, bool] | None = None
        """Whether ordinary and bulk topics are read now; None: nobody has told the consumer."""
        self._has_bulk = False
        self.last_poll = time.monotonic()

    # ── the loop ──────────────────────────────────────────────────────────────────────────────────────────────
    async def run(self) -> None:
        """Work until `stop`. Raises what a message raised that must not be passed over."""
        await ride_out(lambda: self._consumer.start(self._on_assigned, self._on_revoked))
        beside = asyncio.create_task(self._overtaking.run(self)) if self._overtaking else None
        try:
            while not self._stopping.is_set() and self._error is None:
                await self._turn()
                if beside and beside.done():
                    beside.result()
        finally:
            if beside:
                beside.cancel()
                await asyncio.gather(beside, return_exceptions=True)
            await self._let_go(set(self._trackers) | set(self._early))
            await self._consumer.stop()
        if self._error:
            raise self._error

    async def _turn(self) -> None:
        room = self._throttle()
        records = await ride_out(lambda: self._consumer.poll(max(1, room), self._limits.poll_s if room else 0))
        self.last_poll = time.monotonic()
        if not room and not records:
            await self._until_room()
        for record in records:
            self._take(record)
        if time.monotonic() - self._committed_at >= COMMIT_EVERY_S:
            await self._commit(set(self._trackers))
            self._committed_at = time.monotonic()

    async def _until_room(self) -> None:
        """Until one has ended; of many that are held an eighth: a poll costs as much for one record as for all."""
        self._to_end, self._room = max(1, self._limits.slots * self._limits.ahead // 8), asyncio.Event()
        with suppress(TimeoutError):  # all may have been cancelled: a rebalance is under way
            await asyncio.wait_for(self._room.wait(), self._limits.poll_s)

    def stop(self) -> None:
        """Finish what runs (within the grace), commit, leave."""
        self._stopping.set()

    def owns(self, place: Partition) -> bool:
        """Whether that partition is ours now, whether or not anything was read from it yet."""
        return place in self._consumer.assignment() and place not in self._leaving

    def _held(self, *, bulk: bool) -> int:
        ahead = 0 if bulk else self.ahead
        if not self._limits.bulk:  # asked at each turn, over thousands of lanes
            return 0 if bulk else sum(map(len, self._queues.values())) - ahead
        held = (len(q) for (place, _), q in self._queues.items() if (place.topic in self._limits.bulk) is bulk)
        return sum(held) - ahead

    def _throttle(self) -> int:
        """How many records to poll for. 0: full, everything is paused. Bulk is open only into slots that idle."""
        held, held_bulk = self._held(bulk=False), self._held(bulk=True)
        room = self._limits.slots * self._limits.ahead - held
        if room <= 0:
            self._open(work=False, bulk=False)
            return 0
        idle = bool(self._limits.bulk) and not held and held_bulk < self._limits.bulk_slots
        self._open(work=True, bulk=idle)
        return self._limits.bulk_slots - held_bulk if idle and self._has_bulk else room

    def _open(self, *, work: bool, bulk: bool) -> None:
        """Which topics are read from now on. Told to the consumer only when it is something else than before."""
        if self._opened == (work, bulk):
            return
        mine = self._consumer.assignment()
        of_bulk = {place for place in mine if place.topic in self._limits.bulk}
        self._has_bulk = bool(of_bulk)
        for places, is_open in ((mine - of_bulk, work), (of_bulk, bulk)):
            (self._consumer.resume if is_open else self._consumer.pause)(places)
        self._opened = (work, bulk)

    def numbers(self, topic: str) -> set[int]:
        """Partitions of that topic which are ours now."""
        return {place.number for place in self._consumer.assignment() - self._leaving if place.topic == topic}

    # ── messages ──────────────────────────────────────────────────────────────────────────────────────────────
    def _take(self, record: Record) -> None:
        if record.place in self._leaving:
            return  # its next owner reads it
        # The first record that is read says where this partition's work begins: asking the consumer for its position
        # is a race with the poll that moves it.
        tracker = self._trackers.setdefault(record.place, OffsetTracker(record.offset))
        tracker.start(record.offset)
        overtook = self._early.get(record.place, {}).pop(record.offset, None)
        if overtook is False:
            return  # it is at work, or waits: its end finishes it
        if not overtook and self._concerns(record):
            self._queue(record)
            return
        if not overtook:
            metrics.MESSAGES.labels(record.topic, "skipped").inc()
        tracker.finish(record.offset)

    def _queue(self, record: Record) -> None:
        lane = (record.place, record.key if record.key is not None else str(record.offset).encode())
        self._queues[lane].append(record)
        if len(self._queues[lane]) == 1:
            self._begin(lane)

    def _begin(self, lane: Lane) -> None:
        record = self._queues[lane][0]
        task = asyncio.create_task(self._work(record), name=f"{record.topic}/{record.partition}/{record.offset}")
        self._tasks[task] = record
        self._since[task] = time.monotonic()
        self._waiting.add(task)
        task.add_done_callback(lambda done: self._ended(done, lane))

    async def _work(self, record: Record) -> None:
        large, bulk = self._weight(record) > self._limits.large_bytes, record.topic in self._limits.bulk
        if self._ready:
            await self._ready(record)
        async with self._slots.hold(large=large, bulk=bulk, early=self._overtakes(record)):
            self._waiting.difference_update({asyncio.current_task()})
            await self._process(record)

    def _weight(self, record: Record) -> int:
        try:
            return self._weigh(record)
        except ValueError:
            return 0  # cannot be decoded: `process` buries it

    def _ended(self, task: asyncio.Task[None], lane: Lane) -> None:
        record = self._tasks.pop(task)
        self._since.pop(task)
        self._waiting.discard(task)
        self._to_end -= 1
        if self._to_end <= 0:
            self._room.set()
        if task.cancelled():
            if record.place not in self._leaving:  # a lane without a task would stand still for ever
                self._error = self._error or RuntimeError(f"{task.get_name()} was cancelled, and not by us")
            return  # its partition went away; the queues of it are dropped by _let_go
        if (error := task.exception()) is not None:
            log.error(
                "stopping: %s at %s/%s offset %s", error, record.topic, record.partition, record.offset, exc_info=error
            )
            self._error = self._error or error
            return
        if self._overtakes(record):
            self._early[record.place][record.offset] = True
        elif tracker := self._trackers.get(record.place):
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
        self._leaving -= partitions
        self._opened = None  # what is dealt to us anew is open
        self._dealt()

    async def _on_revoked(self, partitions: set[Partition]) -> None:
        await self._let_go(partitions)

    async def _let_go(self, partitions: set[Partition]) -> None:
        """Drop what has not begun, give what runs its grace, cancel the rest, commit what is done."""
        self._leaving |= partitions
        for lane in self._lanes_of(partitions):
            while len(self._queues[lane]) > 1:
                self._queues[lane].pop()
        going = [task for task, record in self._tasks.items() if record.place in partitions]
        idle = [task for task in going if task in self._waiting]
        running = [task for task in going if task not in self._waiting]
        for task in idle:
            task.cancel()
        if running:
            _, late = await asyncio.wait(running, timeout=self._limits.grace_s)
            for task in late:
                task.cancel()
        await asyncio.gather(*idle, *running, return_exceptions=True)
        await self._commit(partitions)
        for lane in self._lanes_of(partitions):
            del self._queues[lane]
        for place in partitions:
            self._trackers.pop(place, None)
            self._early.pop(place, None)

    def _lanes_of(self, partitions: set[Partition]) -> list[Lane]:
        return [lane for lane in self._queues if lane[0] in partitions]

    async def _commit(self, partitions: set[Partition]) -> None:
        trackers = {place: tracker for place in partitions if (tracker := self._trackers.get(place))}
        moved = {place: end for place, tracker in trackers.items() if (end := tracker.committable()) is not None}
        if not moved:
            return
        try:
            await self._consumer.commit(moved)
        except (Lost, Unavailable) as error:
            log.warning("commit put off: %s", error)  # done again at worst: every effect is idempotent
            return
        for place, offset in moved.items():
            trackers[place].committed(offset)  # held here: a rebalance may have dropped it meanwhile

    # ── overtaking ────────────────────────────────────────────────────────────────────────────────────────────
    def far_behind(self) -> int:
        """See `Ahead.far_behind`."""
        return sum(count for place, count in self.behind().items() if place.topic not in self._limits.bulk)

    async def reading(self) -> dict[Partition, int]:
        """See `Ahead.reading`."""
        mine = {place for place in self._consumer.assignment() - self._leaving if place.topic not in self._limits.bulk}
        read = {place: self._trackers[place].next for place in mine if place in self._trackers}
        return read | {place: await self._consumer.position(place) for place in mine - read.keys()}

    def held(self) -> list[Record]:
        """See `Ahead.held`."""
        return [record for record in self._tasks.values() if not self._overtakes(record)]

    def overtake(self, record: Record) -> bool:
        """See `Ahead.overtake`."""
        place, tracker = record.place, self._trackers.get(record.place)
        known = record.offset in self._early.get(place, {}) or (tracker and record.offset < tracker.next)
        if known or not self.owns(place) or not self._concerns(record):
            return False
        self._early.setdefault(place, {})[record.offset] = False
        self._queue(record)
        return True

    @property
    def ahead(self) -> int:
        """See `Ahead.ahead`."""
        return sum(not done for offsets in self._early.values() for done in offsets.values())

    def _overtakes(self, record: Record) -> bool:
        return record.offset in self._early.get(record.place, {})

    # ── health ────────────────────────────────────────────────────────────────────────────────────────────────
    def problem(self) -> str | None:
        """What is wrong with our progress, or None."""
        silent = time.monotonic() - self.last_poll
        return f"no poll for {silent:.0f} s" if silent > STALE_POLL_S else None

    def behind(self) -> dict[Partition, int]:
        """See `Consumer.behind`."""
        return self._consumer.behind()

    @property
    def busy(self) -> bool:
        """Whether anything but bulk work is in flight, waiting for a slot or not."""
        return any(record.topic not in self._limits.bulk for record in self._tasks.values())

    @property
    def running(self) -> int:
        """Messages in flight, waiting for a slot or not."""
        return len(self._tasks)

    def progress(self) -> dict[str, object]:
        """For /healthz: in flight, and of the oldest unfinished message its place in the log and its age in seconds."""
        oldest = min(self._since, key=self._since.__getitem__, default=None)
        if oldest is None:
            return {"in_flight": 0, "oldest_s": 0.0}
        age = time.monotonic() - self._since[oldest]
        return {"in_flight": len(self._tasks), "oldest_s": round(age, 1), "oldest": oldest.get_name()}
