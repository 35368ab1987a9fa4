"""How far consumer groups have come, as the broker knows it."""

import asyncio
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from runtime.config import Settings
from runtime.kafka_access import client
from runtime.outage import Unavailable

PATIENCE_S = 15.0


async def committed(settings: Settings, group: str, topic: str) -> dict[int, int]:
    """Partition → committed offset of one topic. Raises Unavailable."""
    admin = AIOKafkaAdminClient(**client(settings))
    try:
        await admin.start()
        offsets = await admin.list_consumer_group_offsets(group)
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka: {error}") from error
    finally:
        await admin.close()
    return {tp.partition: found.offset for tp, found in offsets.items() if tp.topic == topic and found.offset >= 0}


class Reach(NamedTuple):
    """Of one group on one topic, by partition: the offset that it comes to next, and where the log ends."""

    done: dict[int, int]
    ends: dict[int, int]


async def reach(settings: Settings, group: str, topic: str) -> Reach:
    """How far it has come: what retention took, or there never was, it need not do. Raises Unavailable."""
    done = await committed(settings, group, topic)
    # Without a group of its own it is given all partitions; it reads nothing.
    consumer = AIOKafkaConsumer(topic, **client(settings), enable_auto_commit=False)
    try:
        await asyncio.wait_for(consumer.start(), PATIENCE_S)  # a topic that is not there is waited for without end
        begins = await consumer.beginning_offsets(consumer.assignment())
        ends = await consumer.end_offsets(consumer.assignment())
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka: {error}") from error
    finally:
        await consumer.stop()
    first = {place.partition: offset for place, offset in begins.items()}
    return Reach(
        {number: max(done.get(number, 0), offset) for number, offset in first.items()},
        {place.partition: offset for place, offset in ends.items()},
    )


async def behind(settings: Settings, group: str, topic: str) -> int:
    """Records of a topic that the group has not finished yet. Raises Unavailable."""
    done, ends = await reach(settings, group, topic)
    return sum(max(0, end - done.get(number, 0)) for number, end in ends.items())


async def idle(settings: Settings, group: str, topic: str) -> bool:
    """Whether the group has finished all that lies on the topic. Raises Unavailable."""
    return await behind(settings, group, topic) == 0
