"""A laboratory: one broker that behaviour suites can ask, fill, and take away. In memory, and the real Kafka."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from cli.servers.server import wait_ready
from cli.servers.stack import Stack
from runtime.broker import Consumer, Partition, Producer, Record
from runtime.config import Settings
from runtime.deadletter import Letters
from runtime.kafka import KafkaConsumer, KafkaProducer
from runtime.kafka_reader import KafkaReader
from runtime.letters import KafkaLetters
from runtime.memory_broker import MemoryBroker, MemoryConsumer, MemoryLetters, MemoryProducer, MemoryReader
from runtime.overtake import Reader


async def until(reached: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for a condition; an AssertionError tells that it never came."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "the condition did not come"
        await asyncio.sleep(0.01)


class Lab(Protocol):
    """What a suite may ask of a broker."""

    name: str
    producer: Producer
    letters: Letters

    async def topic(self, name: str, partitions: int = 2, *, writable: bool = True) -> str:
        """Make a topic. Not `writable`: it refuses every record."""
        ...

    async def recreate(self, topic: str) -> None:
        """Remove a topic with all that is on it, and make it anew with as many partitions."""
        ...

    def member(self, group: str, topics: list[str]) -> Consumer:
        """A consumer of that group, not started."""
        ...

    def reader(self) -> Reader:
        """Who reads ahead, not started."""
        ...

    async def records(self, topic: str) -> list[Record]:
        """All that is on a topic, partition by partition."""
        ...

    async def committed(self, group: str, topic: str) -> dict[int, int]:
        """Partition → committed offset, where there is one."""
        ...

    def outage(self) -> AbstractAsyncContextManager[None]:
        """A block during which the broker is away."""
        ...


class MemoryLab:
    """`Lab` in memory."""

    name = "memory"

    def __init__(self) -> None:
        self.broker = MemoryBroker(partitions=2)
        self.producer: Producer = MemoryProducer(self.broker)
        self.letters: Letters = MemoryLetters(self.broker)

    async def topic(self, name: str, partitions: int = 2, *, writable: bool = True) -> str:
        """See `Lab.topic`; every topic has as many partitions as the last one that was made."""
        self.broker.partitions = partitions
        if not writable:
            self.broker.unwritable.add(name)
        return name

    async def recreate(self, topic: str) -> None:
        """See `Lab.recreate`."""
        self.broker.make_anew(topic)

    def member(self, group: str, topics: list[str]) -> Consumer:
        """See `Lab.member`."""
        return MemoryConsumer(self.broker, group, topics)

    def reader(self) -> Reader:
        """See `Lab.reader`."""
        return MemoryReader(self.broker)

    async def records(self, topic: str) -> list[Record]:
        """See `Lab.records`."""
        return self.broker.records(topic)

    async def committed(self, group: str, topic: str) -> dict[int, int]:
        """See `Lab.committed`."""
        found = self.broker.committed.items()
        return {place.number: end for (g, place), end in found if g == group and place.topic == topic}

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """See `Lab.outage`."""
        self.broker.down = True
        try:
            yield
        finally:
            self.broker.down = False


class KafkaLab:
    """`Lab` on a real Kafka. `open()` before use, `close()` after."""

    name = "kafka"

    def __init__(self, stack: Stack, settings: Settings) -> None:
        self._stack, self._settings = stack, settings
        self._made: list[str] = []
        self._found: set[str] = set()
        self._kafka_producer = KafkaProducer(settings)
        self.producer: Producer = self._kafka_producer
        self.letters: Letters = KafkaLetters(settings)

    async def open(self) -> None:
        """Connect."""
        self._admin = AIOKafkaAdminClient(bootstrap_servers=self._settings.kafka)
        await self._admin.start()
        await self._kafka_producer.start()

    async def close(self) -> None:
        """Remove this test's topics and let go."""
        await self._kafka_producer.stop()
        if own := set(self._made) - self._found:
            await self._admin.delete_topics(list(own))
        await self._admin.close()

    async def topic(self, name: str, partitions: int = 2, *, writable: bool = True) -> str:
        """See `Lab.topic`."""
        config = {"max.message.bytes": "1048576" if writable else "64"}
        await self._admin.create_topics([NewTopic(name, partitions, 1, topic_configs=config)])
        self._made.append(name)
        return name

    async def recreate(self, topic: str) -> None:
        """See `Lab.recreate`. A topic of the session's stays: other tests need it."""
        partitions = 2
        if topic in await self._admin.list_topics():
            if topic not in self._made:
                self._found.add(topic)
            partitions = await self._count(topic)
            await self._admin.delete_topics([topic])
        for _ in range(100):  # the broker removes it in its own time
            if topic not in await self._admin.list_topics():
                break
            await asyncio.sleep(0.1)
        await self.topic(topic, partitions)

    def member(self, group: str, topics: list[str]) -> Consumer:
        """See `Lab.member`; dynamic members, which leave at once when they stop."""
        return KafkaConsumer(self._settings, group, topics, static=False)

    def reader(self) -> Reader:
        """See `Lab.reader`."""
        return KafkaReader(self._settings)

    async def records(self, topic: str) -> list[Record]:
        """See `Lab.records`."""
        reader = AIOKafkaConsumer(bootstrap_servers=self._settings.kafka, group_id=None)
        await reader.start()
        try:
            places = [TopicPartition(topic, number) for number in range(await self._count(topic))]
            reader.assign(places)
            await reader.seek_to_beginning(*places)
            ends: Mapping[TopicPartition, int] = await reader.end_offsets(places)
            found: dict[int, list[Record]] = {place.partition: [] for place in places}
            for place in places:
                while await reader.position(place) < ends[place]:
                    for batch in (await reader.getmany(timeout_ms=500)).values():
                        for r in batch:
                            seen = Record(r.topic, r.partition, r.offset, r.key, r.value, tuple(r.headers), r.timestamp)
                            found[r.partition].append(seen)
            return [record for number in sorted(found) for record in found[number]]
        finally:
            await reader.stop()

    async def _count(self, topic: str) -> int:
        described = await self._admin.describe_topics([topic])
        return len(described[0]["partitions"])

    async def committed(self, group: str, topic: str) -> dict[int, int]:
        """See `Lab.committed`."""
        found = await self._admin.list_consumer_group_offsets(group)
        return {tp.partition: meta.offset for tp, meta in found.items() if tp.topic == topic and meta.offset >= 0}

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """See `Lab.outage`: the broker is stopped, and comes back with its data."""
        await asyncio.to_thread(self._stack.kafka.stop)
        try:
            yield
        finally:
            await asyncio.to_thread(self._stack.kafka.start)
            await asyncio.to_thread(wait_ready, self._stack.kafka)


def fresh(stem: str) -> str:
    """A name that no other test has."""
    return f"{stem}.{uuid4().hex[:8]}"


__all__ = ["KafkaLab", "Lab", "MemoryLab", "Partition", "fresh", "until"]


@asynccontextmanager
async def opened(stack: Stack, settings: Settings) -> AsyncIterator[KafkaLab]:
    """A lab on the real Kafka, for the length of a test."""
    lab = KafkaLab(stack, settings)
    await lab.open()
    try:
        yield lab
    finally:
        await lab.close()


async def until_committed(lab: Lab, group: str, topic: str, offsets: Mapping[int, int], seconds: float = 60.0) -> None:
    """Wait until just these offsets of the group are committed; an AssertionError tells what was instead."""
    end = time.monotonic() + seconds
    while (found := await lab.committed(group, topic)) != offsets:
        assert time.monotonic() < end, f"committed is {found}, not {offsets}"
        await asyncio.sleep(0.1)
