"""What happened long ago, as far as a broker and a store can tell it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from schemas.topics import INBOX_EVENTS
from tests.e2e.harness import Pipeline

HINTS = [TopicPartition(INBOX_EVENTS.name, number) for number in range(INBOX_EVENTS.partitions)]
TOLD_S = 60.0


@contextmanager
def then(ago_s: float) -> Iterator[None]:
    """What this process writes in the block, it wrote so long ago."""
    true = time.time
    time.time = lambda: true() - ago_s
    try:
        yield
    finally:
        time.time = true


async def dropped_unheard(own: Pipeline, key: str, body: bytes) -> None:
    """A file comes, and the store tells Kafka, while nobody runs who reads it."""
    reader = AIOKafkaConsumer(bootstrap_servers=own.settings.kafka, group_id=None, enable_auto_commit=False)
    await reader.start()
    try:
        before = await reader.end_offsets(HINTS)
        await own.drop([(key, body)])
        end = time.monotonic() + TOLD_S
        while await reader.end_offsets(HINTS) == before:
            assert time.monotonic() < end, f"the store told nobody of {key}"
            await asyncio.sleep(0.1)
    finally:
        await reader.stop()


async def deleted_hints(own: Pipeline) -> None:
    """Kafka deletes them when they are as old as it keeps them: groups stand before what is left."""
    admin = AIOKafkaAdminClient(bootstrap_servers=own.settings.kafka)
    await admin.start()
    try:
        await admin.delete_records({place: RecordsToDelete(before_offset=-1) for place in HINTS})
    finally:
        await admin.close()
