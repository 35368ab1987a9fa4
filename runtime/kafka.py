"""The real message queue: aiokafka with every unsafe default replaced."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    KafkaUnavailableError,
)
from aiokafka.partitioner import murmur2

from runtime import metrics
from runtime.broker import Headers, Lost, OnAssigned, OnRevoked, Partition, Record
from runtime.config import Settings
from runtime.gathering import IDLE_WAIT_MS, pace
from runtime.kafka_access import client
from runtime.outage import Unavailable
from runtime.topic_ids import topic_ids

log = logging.getLogger(__name__)
FETCH_BYTES = 4 * 1024 * 1024
MAX_REQUEST_BYTES = 2 * 1024 * 1024
"""A dead letter of the longest record that a topic takes, with its headers, must still fit."""
PATIENCE_S = 15.0
"""aiokafka repeats a commit, and leaves a group, for as long as the broker is away: its caller must poll and stop."""
_WAITED_FOR = (KafkaConnectionError, KafkaTimeoutError, KafkaUnavailableError)
"""aiokafka does not call these retriable: it has given up on them."""
T = TypeVar("T")


def _places(partitions: object) -> set[Partition]:
    return {Partition(tp.topic, tp.partition) for tp in partitions}  # type: ignore[attr-defined]


def _outage(error: KafkaError) -> Exception:
    """What passes by waiting is an outage. The rest (too large, not allowed, fenced) would be waited for for ever."""
    return Unavailable(f"Kafka: {error!r}") if error.retriable or isinstance(error, _WAITED_FOR) else error


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """aiokafka logs an exception of a listener and goes on; we keep it for the next poll to raise."""

    def __init__(self, on_assigned: OnAssigned, on_revoked: OnRevoked) -> None:
        self._assigned, self._revoked = on_assigned, on_revoked
        self.error: Exception | None = None

    async def on_partitions_revoked(self, revoked: object) -> None:
        if places := _places(revoked):
            await self._kept(self._revoked(places))

    async def on_partitions_assigned(self, assigned: object) -> None:
        if places := _places(assigned):
            await self._kept(self._assigned(places))

    async def _kept(self, call: Awaitable[None]) -> None:
        try:
            await call
        except Exception as error:
            self.error = error
            raise


def instance(group: str, ordinal: int, topics: Sequence[str]) -> str:
    """A static member's name. It holds the topics: a member that comes back under its old name gets its old partitions.

    With more topics than before it would never be given those: Kafka does not look at what such a member subscribes to.
    """
    return f"{group}-{ordinal}-{sha256(' '.join(sorted(topics)).encode()).hexdigest()[:8]}"


class KafkaConsumer:
    """`Consumer` over aiokafka. Static membership by service and ordinal; commits only what it is told."""

    def __init__(
        self,
        settings: Settings,
        group: str,
        topics: list[str],
        *,
        static: bool = True,
        gather_s: float = 0.0,
        security: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """`gather_s`: so long the broker holds records for others to come, for readers that work in batches;
        `security`: aiokafka's words for how a Kafka that is not ours lets us in."""
        self._topics, self._gather_ms, self._group = topics, int(gather_s * 1000), group
        access = {"bootstrap_servers": settings.kafka, **security} if security else client(settings)
        self._access = access
        self._listener: _Listener | None = None
        self._done: dict[Partition, int] = {}
        """Where the messages that are not finished begin."""
        self._consumer = AIOKafkaConsumer(
            group_id=group,
            group_instance_id=instance(group, settings.ordinal, topics) if static else None,
            enable_auto_commit=False,  # its commits are of what was fetched, not of what is done
            auto_offset_reset="earliest",  # the default skips what came before the first start
            max_poll_interval_ms=int(settings.poll_interval_s * 1000),
            session_timeout_ms=int(settings.session_timeout_s * 1000),
            heartbeat_interval_ms=int(min(3.0, settings.session_timeout_s / 4) * 1000),
            rebalance_timeout_ms=30_000,
            request_timeout_ms=40_000,
            metadata_max_age_ms=10_000,  # a topic that is made anew is found so soon; the default is five minutes
            max_partition_fetch_bytes=FETCH_BYTES,
            fetch_max_wait_ms=IDLE_WAIT_MS,
            consumer_timeout_ms=IDLE_WAIT_MS,  # its fetcher looks round so seldom; by default five times a second
            **access,
        )

    async def start(self, on_assigned: OnAssigned, on_revoked: OnRevoked) -> None:
        """Join the group. Raises Unavailable."""

        async def gone(places: set[Partition]) -> None:
            await on_revoked(places)
            for place in places:
                self._done.pop(place, None)

        self._listener = _Listener(on_assigned, gone)
        self._consumer.subscribe(self._topics, listener=self._listener)
        try:
            await self._consumer.start()
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error}") from error
        metrics.KAFKA_SILENT.labels(self._group).set_function(self.silent_s)

    async def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        """See `Consumer.poll`. Raises what a rebalance callback raised."""
        try:
            batches = await self._consumer.getmany(timeout_ms=int(timeout_s * 1000), max_records=max_records)
        except KafkaError as error:
            raise _outage(error) from error
        if self._listener and self._listener.error:
            raise self._listener.error
        for tp, batch in batches.items():
            self._done.setdefault(Partition(tp.topic, tp.partition), batch[0].offset)
        pace(self._consumer, self._gather_ms, busy=bool(batches))
        return [
            Record(r.topic, r.partition, r.offset, r.key, r.value, tuple(r.headers), r.timestamp)
            for batch in batches.values()
            for r in batch
        ]

    def assignment(self) -> set[Partition]:
        """See `Consumer.assignment`."""
        return _places(self._consumer.assignment())

    def _ours(self, partitions: set[Partition]) -> list[TopicPartition]:
        return [TopicPartition(*p) for p in partitions & self.assignment()]

    def pause(self, partitions: set[Partition]) -> None:
        """See `Consumer.pause`; partitions that just went away are passed over."""
        self._consumer.pause(*self._ours(partitions))

    def resume(self, partitions: set[Partition]) -> None:
        """See `Consumer.resume`; partitions that just went away are passed over."""
        self._consumer.resume(*self._ours(partitions))

    def seek(self, partition: Partition, offset: int) -> None:
        """See `Consumer.seek`; a partition that just went away is passed over."""
        for place in self._ours({partition}):
            self._consumer.seek(place, offset)
            self._done[partition] = offset

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """See `Consumer.commit`."""
        places = {TopicPartition(*p): offset for p, offset in offsets.items()}
        try:
            await asyncio.wait_for(self._consumer.commit(places), PATIENCE_S)
        except (CommitFailedError, IllegalStateError) as error:
            raise Lost(str(error)) from error
        except TimeoutError as error:
            raise Unavailable(f"Kafka took no commit for {PATIENCE_S:.0f} s") from error
        except KafkaError as error:
            raise _outage(error) from error
        self._done.update(offsets)

    async def position(self, partition: Partition) -> int:
        """See `Consumer.position`."""
        try:
            return int(await self._consumer.position(TopicPartition(*partition)))
        except IllegalStateError as error:
            raise Lost(str(error)) from error
        except KafkaError as error:
            raise _outage(error) from error

    async def end_offsets(self, partitions: set[Partition]) -> dict[Partition, int]:
        """See `Consumer.end_offsets`."""
        try:
            ends = await self._consumer.end_offsets([TopicPartition(*p) for p in partitions])
        except KafkaError as error:
            raise _outage(error) from error
        return {Partition(tp.topic, tp.partition): end for tp, end in ends.items()}

    def behind(self) -> dict[Partition, int]:
        """See `Consumer.behind`."""
        found: dict[Partition, int] = {}
        for tp in self._consumer.assignment():
            # Its `position` can only be awaited.
            state = self._consumer._subscription.subscription.assignment.state_value(tp)
            if state.highwater is not None and state.has_valid_position:
                place = Partition(tp.topic, tp.partition)
                found[place] = max(0, state.highwater - self._done.get(place, state.position))
        return found

    def silent_s(self) -> float:
        """Since a fetch was last answered, seconds; 0 where nothing is fetched. A poll of ours does not raise then."""
        answered = [
            self._consumer._subscription.subscription.assignment.state_value(tp).timestamp or 0
            for tp in self._consumer.assignment() - self._consumer.paused()
        ]
        return max(0.0, time.time() - max(answered) / 1000) if any(answered) else 0.0

    async def everything(self) -> set[Partition]:
        """See `Consumer.everything`."""
        known = {topic: self._consumer.partitions_for_topic(topic) for topic in self._topics}
        if not all(known.values()):
            raise Unavailable(f"Kafka: no metadata yet of {', '.join(self._topics)}")
        return {Partition(topic, number) for topic, numbers in known.items() for number in numbers or ()}

    async def logs(self) -> dict[str, str]:
        """See `Consumer.logs`: topic ids."""
        admin = None
        try:
            if (client := self._consumer._client).cluster.brokers():  # no public way to ask what aiokafka cannot
                return await topic_ids(client, self._topics)
            admin = AIOKafkaAdminClient(**self._access)
            await admin.start()
            return await topic_ids(admin._client, self._topics)
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error
        finally:
            if admin:
                await admin.close()

    async def stop(self) -> None:
        """Leave the group (a static member keeps its place for the session time-out)."""
        with suppress(KeyError):  # it never started
            metrics.KAFKA_SILENT.remove(self._group)
        await _bounded(self._consumer.stop(), "leave")


async def _bounded(call: Awaitable[T], what: str) -> T | None:
    """Wait for the broker, but not for ever: a process that was told to stop must end."""
    try:
        return await asyncio.wait_for(call, PATIENCE_S)
    except TimeoutError:
        log.warning("Kafka did not answer in %.0f s: %s without it", PATIENCE_S, what)
        return None


class KafkaProducer:
    """`Producer` over aiokafka: idempotent, acks from all."""

    def __init__(self, settings: Settings) -> None:
        self._producer = AIOKafkaProducer(
            **client(settings),
            enable_idempotence=True,
            acks="all",
            max_request_size=MAX_REQUEST_BYTES,
            request_timeout_ms=30_000,
            linger_ms=0,
        )

    async def start(self) -> None:
        """Connect. Raises Unavailable."""
        try:
            await self._producer.start()
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error}") from error

    async def send(
        self,
        topic: str,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        partition_key: bytes | None = None,
        partition: int | None = None,
    ) -> tuple[int, int]:
        """See `Producer.send`. `partition`: exactly that one (a replay goes where its record came from)."""
        try:
            if partition_key is not None:
                count = len(await self._producer.partitions_for(topic))
                partition = (murmur2(partition_key) & 0x7FFFFFFF) % count
            meta = await self._producer.send_and_wait(topic, value, key=key, partition=partition, headers=list(headers))
        except KafkaError as error:
            raise _outage(error) from error
        return meta.partition, meta.offset

    async def stop(self) -> None:
        """Flush and close."""
        await _bounded(self._producer.stop(), "close")
