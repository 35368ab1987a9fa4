"""The message queue's twin in memory: topics, groups and rebalances, for behaviour suites without a server."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping

from runtime.broker import Headers, Lost, OnAssigned, OnRevoked, Partition, Record
from runtime.outage import Unavailable


class MemoryBroker:
    """Holds the logs. `down = True` plays an outage; `unwritable` names topics that refuse records."""

    def __init__(self, partitions: int = 4) -> None:
        self.partitions = partitions
        self.logs: dict[Partition, list[Record]] = defaultdict(list)
        self.groups: dict[str, list[MemoryConsumer]] = defaultdict(list)
        self.committed: dict[tuple[str, Partition], int] = {}
        self.lives: dict[str, int] = defaultdict(int)
        """How often a topic was made anew."""
        self.down = False
        self.unwritable: set[str] = set()
        self.arrived = asyncio.Event()

    def check(self) -> None:
        """Raise Unavailable during an outage."""
        if self.down:
            raise Unavailable("memory broker is down")

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers, by: bytes | None) -> Record:
        """Add a record to the partition that its key names."""
        number = sum(by if by is not None else key or b"") % self.partitions
        log = self.logs[Partition(topic, number)]
        record = Record(topic, number, len(log), key, value, tuple(headers), int(time.time() * 1000))
        log.append(record)
        self.arrived.set()
        return record

    def make_anew(self, topic: str) -> None:
        """Remove a topic with all that is on it; who reads it keeps its offsets, as members of a group do."""
        self.lives[topic] += 1
        for place in [place for place in self.logs if place.topic == topic]:
            del self.logs[place]

    def records(self, topic: str) -> list[Record]:
        """All records of a topic, partition by partition."""
        return [r for number in range(self.partitions) for r in self.logs[Partition(topic, number)]]

    async def rebalance(self, group: str) -> None:
        """Take all partitions from all members (eagerly, as Kafka's classic protocol does) and deal them again."""
        members = self.groups[group]
        for member in members:
            await member.give_up()
        dealt: dict[MemoryConsumer, set[Partition]] = {member: set() for member in members}
        for topic in sorted({topic for member in members for topic in member.topics}):
            takers = [member for member in members if topic in member.topics]
            for number in range(self.partitions):
                dealt[takers[number % len(takers)]].add(Partition(topic, number))
        for member, share in dealt.items():
            await member.take(share)


class MemoryConsumer:
    """`Consumer` on a MemoryBroker."""

    def __init__(self, broker: MemoryBroker, group: str, topics: list[str]) -> None:
        self.broker, self.group, self.topics = broker, group, topics
        self._positions: dict[Partition, int] = {}
        self._paused: set[Partition] = set()
        self._assigned: OnAssigned | None = None
        self._revoked: OnRevoked | None = None

    async def start(self, on_assigned: OnAssigned, on_revoked: OnRevoked) -> None:
        """See `Consumer.start`."""
        self.broker.check()
        self._assigned, self._revoked = on_assigned, on_revoked
        self.broker.groups[self.group].append(self)
        await self.broker.rebalance(self.group)

    async def give_up(self) -> None:
        """The broker takes everything away."""
        if self._positions and self._revoked:
            await self._revoked(set(self._positions))
        self._positions = {}

    async def take(self, share: set[Partition]) -> None:
        """The broker deals partitions: reading goes on at the committed offset."""
        self._positions = {p: self.broker.committed.get((self.group, p), 0) for p in share}
        self._paused = set()
        if share and self._assigned:
            await self._assigned(share)

    async def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        """See `Consumer.poll`."""
        self.broker.check()
        if not (found := self._ready(max_records)):
            self.broker.arrived.clear()
            try:
                await asyncio.wait_for(self.broker.arrived.wait(), timeout_s)
            except TimeoutError:
                return []
            found = self._ready(max_records)
        return found

    def _ready(self, max_records: int) -> list[Record]:
        found: list[Record] = []
        for place in sorted(set(self._positions) - self._paused):
            log, position = self.broker.logs[place], self._positions[place]
            batch = log[position : position + max_records - len(found)]
            self._positions[place] += len(batch)
            found += batch
        return found

    def assignment(self) -> set[Partition]:
        """See `Consumer.assignment`."""
        return set(self._positions)

    def pause(self, partitions: set[Partition]) -> None:
        """See `Consumer.pause`."""
        self._paused |= partitions

    def resume(self, partitions: set[Partition]) -> None:
        """See `Consumer.resume`."""
        self._paused -= partitions
        self.broker.arrived.set()

    def seek(self, partition: Partition, offset: int) -> None:
        """See `Consumer.seek`."""
        self._positions[partition] = offset

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """See `Consumer.commit`."""
        self.broker.check()
        if not offsets:
            raise ValueError("nothing to commit")  # as aiokafka does
        if not set(offsets) <= set(self._positions):
            raise Lost("not ours any more")
        for place, offset in offsets.items():
            self.broker.committed[self.group, place] = offset

    async def position(self, partition: Partition) -> int:
        """See `Consumer.position`."""
        return self._positions[partition]

    async def end_offsets(self, partitions: set[Partition]) -> dict[Partition, int]:
        """See `Consumer.end_offsets`."""
        return {place: len(self.broker.logs[place]) for place in partitions}

    def behind(self) -> dict[Partition, int]:
        """See `Consumer.behind`."""
        done = {place: self.broker.committed.get((self.group, place), 0) for place in self._positions}
        return {place: len(self.broker.logs[place]) - offset for place, offset in done.items()}

    async def everything(self) -> set[Partition]:
        """See `Consumer.everything`."""
        return {Partition(topic, number) for topic in self.topics for number in range(self.broker.partitions)}

    async def logs(self) -> dict[str, str]:
        """See `Consumer.logs`."""
        return {topic: f"{id(self.broker)}-{self.broker.lives[topic]}" for topic in self.topics}

    async def stop(self) -> None:
        """See `Consumer.stop`."""
        await self.give_up()
        if self in self.broker.groups[self.group]:
            self.broker.groups[self.group].remove(self)
            await self.broker.rebalance(self.group)


class MemoryReader:
    """`Reader` on a MemoryBroker."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self._positions: dict[Partition, int] = {}

    async def start(self, places: Mapping[Partition, int]) -> None:
        """See `Reader.start`."""
        self._broker.check()
        self._positions = dict(places)

    async def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        """See `Reader.poll`."""
        self._broker.check()
        found: list[Record] = []
        for place, position in self._positions.items():
            batch = self._broker.logs[place][position : position + max_records - len(found)]
            self._positions[place] += len(batch)
            found += batch
        if not found:
            await asyncio.sleep(timeout_s)
        return found

    async def stop(self) -> None:
        """See `Reader.stop`."""
        self._positions = {}


class MemoryProducer:
    """`Producer` on a MemoryBroker."""

    def __init__(self, broker: MemoryBroker) -> None:
        self.broker = broker

    async def send(
        self,
        topic: str,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        partition_key: bytes | None = None,
    ) -> tuple[int, int]:
        """See `Producer.send`."""
        self.broker.check()
        if topic in self.broker.unwritable:
            raise Unavailable(f"{topic} is not writable")
        record = self.broker.append(topic, key, value, headers, partition_key)
        return record.partition, record.offset


class MemoryLetters:
    """`Letters` on a MemoryBroker."""

    def __init__(self, broker: MemoryBroker) -> None:
        self.broker = broker

    async def lately(self, topic: str, seconds: float) -> list[Record]:
        """See `Letters.lately`."""
        self.broker.check()
        return [r for r in self.broker.records(topic) if r.timestamp_ms >= (time.time() - seconds) * 1000]
