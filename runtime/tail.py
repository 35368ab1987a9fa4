"""Reads a topic from its end, for whoever wants what is said from now on: no group, no offsets, nothing is kept."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from runtime.config import Settings
from runtime.gathering import IDLE_WAIT_MS
from runtime.kafka_access import client
from runtime.outage import backoff
from schemas.envelope import Event
from schemas.topics import Topic

log = logging.getLogger(__name__)
Take = Callable[[Event], None]


async def tail(settings: Settings, topic: Topic, take: Take) -> None:
    """Hand every new event over until cancelled. An outage is waited out; what was said meanwhile is missed."""
    attempt = 0
    while True:
        consumer = AIOKafkaConsumer(
            topic.name,
            **client(settings),
            auto_offset_reset="latest",
            enable_auto_commit=False,
            fetch_max_wait_ms=IDLE_WAIT_MS,
            consumer_timeout_ms=IDLE_WAIT_MS,
        )
        try:
            await consumer.start()
            attempt = 0
            async for record in consumer:
                _hand_over(record.value, topic, take)
        except (KafkaError, OSError) as error:
            attempt += 1
            log.warning("%s is not heard for now: %s", topic.name, error)
        finally:
            with contextlib.suppress(KafkaError):
                await consumer.stop()
        await asyncio.sleep(backoff(attempt))


def _hand_over(value: bytes | None, topic: Topic, take: Take) -> None:
    try:
        take(Event.model_validate_json(value or b""))
    except ValueError as error:  # nobody waits for it: what cannot be read is passed over, and said
        log.warning("%s: a record cannot be read: %s", topic.name, error)
