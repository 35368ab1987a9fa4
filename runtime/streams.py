"""The one place that builds a faust.App: light keyed steps, with every unsafe default of Faust replaced.

Faust acknowledges an event whose agent raised, and with concurrency above one it commits past running events. So each
app has one agent in concurrency 1, and no exception leaves it: a `Delivery` retries and buries; what even that cannot
do (an outage over 20 s, too many dead letters) ends the process before the acknowledgement.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import faust
from faust.auth import SASLCredentials, SSLCredentials
from faust.exceptions import ConsumerNotStarted
from faust.transport.drivers import aiokafka as driver

from runtime.broker import Partition, Record
from runtime.config import Settings
from runtime.gathering import FAUST_GATHERS_MS, pace
from runtime.kafka import instance
from runtime.kafka_access import SASL, TLS, tls

log = logging.getLogger(__name__)
PATIENCE_S = 20.0
GIVEN_UP = 70
"""Exit status (EX_SOFTWARE) of a process that must not acknowledge."""


class _Thread(driver.AIOKafkaConsumerThread):
    async def _fetch_records(self, consumer: Any, *args: Any, **named: Any) -> Any:
        records = await super()._fetch_records(consumer, *args, **named)
        pace(consumer, cast(GatheringTransport, self.transport).gather_ms, busy=bool(records))
        return records


class _Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class GatheringTransport(driver.Transport):
    """For `app.transport`: what fetches wait is `runtime/gathering.py`."""

    Consumer = _Consumer
    gather_ms = FAUST_GATHERS_MS


def credentials(settings: Settings) -> SASLCredentials | SSLCredentials | None:
    """How Kafka lets us in; None where it lets everybody in. Raises OSError where a certificate cannot be read."""
    kind = settings.kafka_security
    context = tls(settings) if kind in TLS else None
    if kind not in SASL:
        return SSLCredentials(context) if context else None
    return SASLCredentials(
        mechanism=settings.kafka_sasl,
        username=settings.kafka_user,
        password=settings.kafka_password,
        ssl_context=context,
    )


def build_app(
    settings: Settings, group: str, topics: list[str], scratch: Path, gather_ms: int = FAUST_GATHERS_MS
) -> faust.App:
    """A Faust app with safe settings and no agent yet."""
    app = faust.App(
        group,
        broker=f"kafka://{settings.kafka}",
        broker_credentials=credentials(settings),
        datadir=str(scratch),
        store="memory://",
        web_enabled=False,  # it listens on every address, without a login
        topic_disable_leader=True,  # topics are made by `packshot topics apply`
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=instance(group, settings.ordinal, topics),
        broker_commit_interval=0.5,
        broker_commit_every=500,
        broker_max_poll_records=100,
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=min(3.0, settings.session_timeout_s / 4),
        broker_max_poll_interval=settings.poll_interval_s,
        stream_buffer_maxsize=256,
        stream_recovery_delay=0.0,  # no tables to recover
        producer_acks=-1,
        logging_config=None,
        loghandlers=[],
        reply_create_topic=False,
        autodiscover=False,
    )
    transport = GatheringTransport(app.conf.broker_consumer, app, loop=app.loop)
    transport.gather_ms = gather_ms
    app.transport = transport
    return app


class Stream:
    """One group's agent over some topics: every record goes through `process`, one after the other a partition."""

    def __init__(
        self,
        settings: Settings,
        group: str,
        topics: list[str],
        process: Callable[[Record], Awaitable[None]],
        scratch: Path,
        gather_ms: int = FAUST_GATHERS_MS,
    ) -> None:
        self._app = build_app(settings, group, topics, scratch, gather_ms)
        self._process = process
        self._stopping = asyncio.Event()
        channel = self._app.topic(
            *topics, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw", internal=False
        )
        self._app.on_partitions_revoked.connect(self._revoked, weak=False)
        self.on_revoked: Callable[[], None] = lambda: None
        """Called when partitions go away: what is remembered of their keys may be outdated when they come back."""
        self._app.agent(channel, concurrency=1, name=f"{group}.agent")(self._agent)

    async def _revoked(self, *_: object, **__: object) -> None:
        self.on_revoked()

    async def _agent(self, stream: "faust.StreamT[bytes]") -> None:
        async for event in stream.events():
            try:
                await self._process(_record(event.message))
            except BaseException as error:  # a cancellation too: leaving the agent would acknowledge
                log.critical("ending before the acknowledgement: %s", error, exc_info=error)
                logging.shutdown()
                os._exit(GIVEN_UP)

    async def run(self) -> None:
        """Work until `stop`. Raises what made Faust crash."""
        await self._app.start()
        try:
            while not self._stopping.is_set():
                if self._app.crashed:
                    raise self._app.crash_reason or RuntimeError("Faust crashed")
                try:
                    await asyncio.wait_for(self._stopping.wait(), 1.0)
                except TimeoutError:
                    continue
        finally:
            await self._app.stop()

    def stop(self) -> None:
        """Finish the running events and leave."""
        self._stopping.set()

    def behind(self) -> dict[Partition, int]:
        """Messages of each partition of ours from the last commit to the end, as far as fetches told it: no request."""
        consumer: Any = self._app.consumer
        found: dict[Partition, int] = {}
        try:
            for tp in consumer.assignment():
                if (end := consumer.highwater(tp)) is not None:
                    found[Partition(tp.topic, tp.partition)] = max(0, end - (consumer._committed_offset[tp] or 0))
        except (AssertionError, ConsumerNotStarted):
            return {}  # the consumer's thread is starting, or just lost that partition
        return found


def _record(message: Any) -> Record:
    """As our own reader has it. Headers are pairs, as aiokafka gives them, whatever Faust's types say."""
    headers = tuple((name, value) for name, value in message.headers or ())
    when = int(message.timestamp * 1000)
    return Record(message.topic, message.partition, message.offset, message.key, message.value, headers, when)
