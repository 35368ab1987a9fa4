"""Reads dead-letter topics of the real message queue. `memory_broker.py` has the twin."""

import time

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from runtime.broker import Record
from runtime.config import Settings
from runtime.kafka_access import client
from runtime.outage import Unavailable


class KafkaLetters:
    """`Letters` over aiokafka, in no group."""

    def __init__(self, settings: Settings) -> None:
        self._access = client(settings)

    async def lately(self, topic: str, seconds: float) -> list[Record]:
        """See `Letters.lately`."""
        reader = AIOKafkaConsumer(**self._access, group_id=None, enable_auto_commit=False)
        try:
            await reader.start()
            await reader._client.force_metadata_update()
            places = [TopicPartition(topic, number) for number in reader.partitions_for_topic(topic) or ()]
            return await _read(reader, places, int((time.time() - seconds) * 1000)) if places else []
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error
        finally:
            await reader.stop()


async def _read(reader: AIOKafkaConsumer, places: list[TopicPartition], since_ms: int) -> list[Record]:
    reader.assign(places)
    ends = await reader.end_offsets(places)
    starts = await reader.offsets_for_times(dict.fromkeys(places, since_ms))
    for place in places:
        reader.seek(place, starts[place].offset if starts.get(place) else ends[place])
    found: list[Record] = []
    while any([await reader.position(place) < ends[place] for place in places]):
        for batch in (await reader.getmany(timeout_ms=500)).values():
            found += [
                Record(r.topic, r.partition, r.offset, r.key, r.value, tuple(r.headers), r.timestamp) for r in batch
            ]
    return found
