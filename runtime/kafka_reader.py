"""Reads ahead on the real message queue: in no group, from given offsets, with small buffers."""

from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from runtime.broker import Partition, Record
from runtime.config import Settings
from runtime.kafka_access import client
from runtime.outage import Unavailable

FETCH_BYTES, ALL_BYTES = 256 * 1024, 1024 * 1024
"""Of one partition and of an answer: what is left over of an answer is held in memory."""


class KafkaReader:
    """`Reader` over aiokafka."""

    def __init__(self, settings: Settings) -> None:
        self._consumer = AIOKafkaConsumer(
            enable_auto_commit=False,
            max_partition_fetch_bytes=FETCH_BYTES,
            fetch_max_bytes=ALL_BYTES,
            **client(settings),
        )

    async def start(self, places: Mapping[Partition, int]) -> None:
        """See `Reader.start`."""
        try:
            await self._consumer.start()
            self._consumer.assign([TopicPartition(*place) for place in places])
            for place, offset in places.items():
                self._consumer.seek(TopicPartition(*place), offset)
        except (KafkaError, OSError) as error:
            await self.stop()
            raise Unavailable(f"Kafka: {error}") from error

    async def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        """See `Reader.poll`."""
        try:
            batches = await self._consumer.getmany(timeout_ms=int(timeout_s * 1000), max_records=max_records)
        except KafkaError as error:
            raise Unavailable(f"Kafka: {error!r}") from error
        return [
            Record(r.topic, r.partition, r.offset, r.key, r.value, tuple(r.headers), r.timestamp)
            for batch in batches.values()
            for r in batch
        ]

    async def stop(self) -> None:
        """See `Reader.stop`."""
        await self._consumer.stop()
