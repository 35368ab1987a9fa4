"""Dead letters of the real message queue. A test has the twin."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from runtime.broker import Headers, Partition, Record
from runtime.buried import REPLAYED, Mark
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.kafka_access import client
from runtime.outage import Unavailable, ride_out

PATIENCE_MS = 5_000
FIRST_S = 10.0


class KafkaShelf:
    """`Shelf` over aiokafka. The producer is another's: started and stopped by whoever made it."""

    def __init__(self, settings: Settings, producer: KafkaProducer) -> None:
        self._access = {**client(settings), "request_timeout_ms": PATIENCE_MS}
        self._producer = producer

    async def read(self, topics: Collection[str], most: int) -> list[Record]:
        """See `Shelf.read`."""
        async with self._consumer(None) as reader:
            places = await _places(reader, topics)
            if not places:
                return []
            reader.assign(places)
            first, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
            filled = [place for place in places if ends[place] > first[place]]
            share = max((ends[place] - first[place] for place in filled), default=0)
            if most and sum(ends[place] - first[place] for place in filled) > most:
                share = most
            for place in places:
                reader.seek(place, max(first[place], ends[place] - share))
            found: list[Record] = []
            while any([await reader.position(place) < ends[place] for place in filled]):
                for batch in (await reader.getmany(timeout_ms=500)).values():
                    found += map(_record, batch)
            return found

    async def at(self, place: Partition, offset: int) -> Record | None:
        """See `Shelf.at`."""
        async with self._consumer(None) as reader:
            where = TopicPartition(*place)
            if where not in await _places(reader, [place.topic]):
                return None
            reader.assign([where])
            first, ends = await reader.beginning_offsets([where]), await reader.end_offsets([where])
            if not first[where] <= offset < ends[where]:
                return None
            reader.seek(where, offset)
            found = await reader.getone(where)
            return _record(found) if found.offset == offset else None

    async def extents(self, topics: Collection[str], since_ms: int = 0) -> Mapping[Partition, tuple[int, int]]:
        """See `Shelf.extents`."""
        async with self._consumer(None) as reader:
            places = await _places(reader, topics)
            ends = await reader.end_offsets(places)
            if since_ms:
                young = await reader.offsets_for_times(dict.fromkeys(places, since_ms))
                first = {place: found.offset if (found := young.get(place)) else ends[place] for place in places}
            else:
                first = await reader.beginning_offsets(places)
            return {Partition(*place): (first[place], ends[place]) for place in places}

    async def marks(self) -> Mapping[Partition, Mark]:
        """See `Shelf.marks`. A broker that never had a group makes room for the first one when it is asked."""
        return await ride_out(self._marks, patience_s=FIRST_S)

    async def _marks(self) -> Mapping[Partition, Mark]:
        admin = AIOKafkaAdminClient(**self._access)
        try:
            await admin.start()
            committed = await admin.list_consumer_group_offsets(REPLAYED)
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error
        finally:
            await admin.close()
        return {Partition(*place): Mark.of(held.offset, held.metadata or "") for place, held in committed.items()}

    async def mark(self, place: Partition, mark: Mark) -> None:
        """See `Shelf.mark`."""
        async with self._consumer(REPLAYED) as marker:
            where = TopicPartition(*place)
            marker.assign([where])
            await marker.commit({where: OffsetAndMetadata(mark.until, mark.metadata())})

    async def send(self, record: Record, topic: str, partition: int, headers: Headers) -> None:
        """See `Shelf.send`."""
        await self._producer.send(topic, key=record.key, value=record.value, headers=headers, partition=partition)

    @asynccontextmanager
    async def _consumer(self, group: str | None) -> AsyncIterator[AIOKafkaConsumer]:
        made = AIOKafkaConsumer(**self._access, group_id=group, enable_auto_commit=False)
        try:
            await made.start()
            yield made
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error
        finally:
            await made.stop()


async def _places(reader: AIOKafkaConsumer, topics: Collection[str]) -> list[TopicPartition]:
    await reader._client.force_metadata_update()
    return [TopicPartition(t, n) for t in topics for n in sorted(reader.partitions_for_topic(t) or ())]


def _record(found: ConsumerRecord) -> Record:
    where = (found.topic, found.partition, found.offset)
    return Record(*where, found.key, found.value, tuple(found.headers), found.timestamp)
