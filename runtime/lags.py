"""How far each consumer group is behind the end of its topics, as the broker knows it."""

from collections import defaultdict
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from runtime.config import Settings
from runtime.kafka_access import client
from runtime.outage import Unavailable

REBUILDS = "-rebuild-"
"""In the names of the groups that `packshot rebuild` reads with, once each."""
PATIENCE_MS = 5_000


@dataclass(frozen=True)
class Lag:
    """`behind`: records between the group's committed offsets and the ends."""

    group: str
    topic: str
    behind: int


async def measure(settings: Settings) -> list[Lag]:
    """For every group and topic with committed offsets, past rebuilds left out. Raises Unavailable."""
    admin = AIOKafkaAdminClient(**client(settings), request_timeout_ms=PATIENCE_MS)
    consumer = AIOKafkaConsumer(**client(settings), enable_auto_commit=False)
    try:
        await admin.start()
        await consumer.start()
        lags: list[Lag] = []
        for group, _kind in sorted(await admin.list_consumer_groups()):
            if REBUILDS in group:
                continue  # nobody is in it any more, and Kafka forgets it after its retention
            committed = await admin.list_consumer_group_offsets(group)
            ends = await consumer.end_offsets(list(committed)) if committed else {}
            behind: dict[str, int] = defaultdict(int)
            for place, offset in committed.items():
                behind[place.topic] += max(0, ends[place] - max(0, offset.offset))
            lags += [Lag(group, topic, count) for topic, count in sorted(behind.items())]
        return lags
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka: {error!r}") from error
    finally:
        await consumer.stop()
        await admin.close()
