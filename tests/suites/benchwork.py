"""Work that a test can watch and hold: a handler with gates, a consumer that tells what was done with it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from runtime.broker import Consumer, OnAssigned, OnRevoked, Partition, Record
from runtime.worker import Limits, Worker
from tests.suites.labs import Lab

FAST = Limits(slots=2, ahead=4, grace_s=0.5, poll_s=0.05)


class Work:
    """`process` of a Worker. A message waits for the gate of its key; without one it takes `seconds`."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.begun: list[Record] = []
        self.ended: list[Record] = []
        self.cancelled: list[Record] = []
        self.running: set[Record] = set()
        self.most = 0
        self.gates: dict[bytes, asyncio.Event] = {}

    def gate(self, *keys: str) -> None:
        """Hold the messages of these keys until `open`."""
        for key in keys:
            self.gates[key.encode()] = asyncio.Event()

    def open(self, *keys: str) -> None:
        """Let them go on (all, if none is named)."""
        for key in [k.encode() for k in keys] or list(self.gates):
            self.gates[key].set()

    async def __call__(self, record: Record) -> None:
        """Do one message."""
        self.begun.append(record)
        self.running.add(record)
        self.most = max(self.most, len(self.running))
        try:
            if gate := self.gates.get(record.key or b""):
                await gate.wait()
            await asyncio.sleep(self.seconds)
            self.ended.append(record)
        except asyncio.CancelledError:
            self.cancelled.append(record)
            raise
        finally:
            self.running.discard(record)

    def values(self, key: str) -> list[bytes | None]:
        """What was done of one key, in the order it was done."""
        return [record.value for record in self.ended if record.key == key.encode()]


class Watched:
    """A consumer that notes commits, rebalances and how much was read of each partition."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer
        self.commits: list[dict[Partition, int]] = []
        self.assigned: list[set[Partition]] = []
        self.revoked: list[set[Partition]] = []
        self.read: dict[Partition, int] = defaultdict(int)
        self.brought = 0
        """Polls that brought anything."""
        self.position, self.end_offsets, self.logs = consumer.position, consumer.end_offsets, consumer.logs
        self.assignment, self.pause, self.resume = consumer.assignment, consumer.pause, consumer.resume
        self.seek, self.stop, self.everything = consumer.seek, consumer.stop, consumer.everything
        self.behind = consumer.behind

    async def start(self, on_assigned: OnAssigned, on_revoked: OnRevoked) -> None:
        """See `Consumer.start`."""

        async def assigned(places: set[Partition]) -> None:
            self.assigned.append(places)
            await on_assigned(places)

        async def revoked(places: set[Partition]) -> None:
            self.revoked.append(places)
            await on_revoked(places)

        await self._consumer.start(assigned, revoked)

    async def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        """See `Consumer.poll`."""
        found = await self._consumer.poll(max_records, timeout_s)
        self.brought += bool(found)
        for record in found:
            self.read[record.place] += 1
        return found

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """See `Consumer.commit`."""
        await self._consumer.commit(offsets)
        self.commits.append(dict(offsets))


@asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[Worker]:
    """The worker runs during the block; afterwards it must end by itself and without an error."""
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await asyncio.wait_for(running, 60)


async def fill(lab: Lab, topic: str, keys: list[str], start: int = 0) -> None:
    """One message per key in the list; its value is its number."""
    for number, key in enumerate(keys, start):
        await lab.producer.send(topic, key=key.encode(), value=str(number).encode())
