"""Copies a compacted topic into one with the table's number of partitions: keys land elsewhere when it grows.

While the services are stopped: everything goes to `<topic>.migrating`, the topic is made anew, everything comes back.
Cut off at any point, a second run goes on: the original is deleted only when its copy is complete.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.partitioner import murmur2

from cli.topic_admin import partition_counts, wanted_topics
from cli.trouble import Trouble
from schemas.topics import TOPICS, by_name

AT_ONCE = 1000
"""Records on their way to the broker."""


def partition_of(topic: str, key: bytes, partitions: int) -> int:
    """Where a record belongs: facets go by their asset, all others by their key."""
    return (int(murmur2(by_name(topic).partition_key(key))) & 0x7FFFFFFF) % partitions


async def migrate(access: Mapping[str, Any], name: str, replication: int = 1) -> int:
    """Returns how many records were copied. Raises Trouble when the topic is not a compacted one of the table.

    access: see `runtime/kafka_access.py`; replication: copies of the new topic.
    """
    if name not in {topic.name for topic in TOPICS if topic.compacted}:
        raise Trouble(f"{name} is not a compacted topic of the table.", "Others run empty; then delete and apply.")
    admin = AIOKafkaAdminClient(**access)
    await admin.start()
    try:
        aside, there = f"{name}.migrating", set(await admin.list_topics())
        wanted = next(topic for topic in wanted_topics(replication) if topic.name == name)
        mark = f"{aside}.complete"
        if mark not in there:
            if name in there and (await partition_counts(admin, [name]))[name] == wanted.partitions:
                raise Trouble(f"{name} has {wanted.partitions} partitions already.", "There is nothing to migrate.")
            kept = {"max.message.bytes": wanted.config["max.message.bytes"], "retention.ms": "-1"}
            await _make(admin, aside, 1, kept, there, wanted.replication)
            await _copy(access, name, aside, 1, name)
            await _make(admin, mark, 1, {}, there, wanted.replication)
        await _make(admin, name, wanted.partitions, dict(wanted.config), there, wanted.replication)
        copied = await _copy(access, aside, name, wanted.partitions, name)
        await admin.delete_topics([aside, mark])
        return copied
    finally:
        await admin.close()


async def _make(
    admin: AIOKafkaAdminClient,
    name: str,
    partitions: int,
    config: dict[str, str],
    there: set[str],
    replication: int,
) -> None:
    if name in there:
        await admin.delete_topics([name])
        await _until(admin, name, False)
    await admin.create_topics([NewTopic(name, partitions, replication, topic_configs=config)])
    await _until(admin, name, True)


async def _until(admin: AIOKafkaAdminClient, name: str, there: bool) -> None:
    for _ in range(100):
        if (name in await admin.list_topics()) is there:
            return
        await asyncio.sleep(0.1)
    raise Trouble(f"Kafka is slow to {'make' if there else 'delete'} {name}.", "Run the same again.")


async def _copy(access: Mapping[str, Any], source: str, target: str, partitions: int, topic: str) -> int:
    """Byte for byte with headers and times. Tombstones too: a reader that is behind still needs them."""
    producer = AIOKafkaProducer(**access, acks="all", enable_idempotence=True, max_request_size=4 << 20)
    await producer.start()
    sent: list[Awaitable[object]] = []
    count = 0
    try:
        async for record in _records(access, source):
            future = await producer.send(
                target, record.value, record.key, partition_of(topic, record.key or b"", partitions),
                record.timestamp, list(record.headers),
            )  # fmt: skip
            sent.append(future)
            count += 1
            if len(sent) == AT_ONCE:
                await asyncio.gather(*sent)
                sent.clear()
        await asyncio.gather(*sent)  # acknowledged, every one: what is not must not be deleted at its source
    finally:
        await producer.stop()
    return count


async def _records(access: Mapping[str, Any], topic: str) -> AsyncIterator[ConsumerRecord]:
    # Without a group: it takes all partitions, and commits nothing.
    consumer = AIOKafkaConsumer(topic, **access, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                for record in batch:
                    yield record
    finally:
        await consumer.stop()
