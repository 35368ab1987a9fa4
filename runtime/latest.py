"""What a compacted topic holds now: the last record of each key, read once from its beginning to its end."""

from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from runtime.config import Settings
from runtime.kafka_access import client
from runtime.outage import Unavailable


async def records(settings: Settings, topic: str) -> AsyncIterator[tuple[str, bytes | None]]:
    """(key, value) in the order of each partition; of a key the last counts, None is a tombstone. Raises Unavailable.

    In no group: it is given all partitions, and commits nothing.
    """
    consumer = AIOKafkaConsumer(topic, **client(settings), enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        await consumer.start()
        ends = await consumer.end_offsets(consumer.assignment())
        left = {place for place, end in ends.items() if end > (await consumer.beginning_offsets([place]))[place]}
        while left:
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                for record in batch:
                    yield (record.key or b"").decode(), record.value
            left = {place for place in left if await consumer.position(place) < ends[place]}
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka: {error}") from error
    finally:
        await consumer.stop()
