"""Events of Akeneo's Event Platform over Kafka: the customer's topic, whose records become the same hints as webhooks.

At least once and in no order, as the platform says: an offset is committed there when our own Kafka has the hint. What
is no event is told to people and passed over, because nobody here can mend that topic; asking finds what it meant.
"""

import asyncio
import ssl
from functools import partial
from typing import Any

from runtime.broker import OnAssigned, OnRevoked, Record
from runtime.kafka import KafkaConsumer
from runtime.outage import Unavailable, ride_out
from runtime.worker import Limits, Worker
from services.pim.akeneo.config import AkeneoSettings
from services.pim.akeneo.hooks import event_of, named
from services.pim.akeneo.translate import SYSTEM
from services.pim.poller import Poller
from services.pim.receiving import Hear
from services.pim.refusals import Refuse

CURE = "Compare PACKSHOT_AKENEO_EVENTS_KAFKA, _TLS, _CA, _SASL, _USER and _PASSWORD with that Kafka."
LIMITS = Limits(slots=16, ahead=8)


class _Consumer(KafkaConsumer):
    """It says why it cannot begin: their Kafka is somebody else's to mend."""

    problem: str | None = "it has not begun"

    async def start(self, on_assigned: OnAssigned, on_revoked: OnRevoked) -> None:
        """See `KafkaConsumer.start`."""
        try:
            await super().start(on_assigned, on_revoked)
        except Unavailable as error:
            self.problem = f"{error}. {CURE}"
            raise
        self.problem = None


class EventTopic:
    """The reader of that topic."""

    def __init__(self, settings: AkeneoSettings, poller: Poller, refuse: Refuse) -> None:
        self._stopping = asyncio.Event()
        there = settings.model_copy(update={"kafka": settings.akeneo_events_kafka})
        topics = [settings.akeneo_events_topic]
        self._consumer = _Consumer(
            there, settings.akeneo_events_group, topics, static=False, security=security_of(settings)
        )
        self._worker = Worker(self._consumer, partial(heard, hear=poller.hear, refuse=refuse), LIMITS)

    async def run(self) -> None:
        """Until `stop`."""
        working, told = asyncio.ensure_future(self._worker.run()), asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
            if self._consumer.problem is None or working.done():
                await working
        finally:  # who has not begun would wait for their Kafka
            told.cancel()
            if not working.done():
                working.cancel()
                await asyncio.wait({working})
                await self._consumer.stop()

    def stop(self) -> None:
        """See `Topic.stop`."""
        self._stopping.set()
        self._worker.stop()

    def problem(self) -> str | None:
        """See `Topic.problem`."""
        return self._consumer.problem or self._worker.problem()


async def heard(record: Record, hear: Hear, refuse: Refuse) -> None:
    """One record: its hints are on our own Kafka when it returns."""
    if record.value is None:
        return  # a tombstone says nothing
    place = f"{record.partition}/{record.offset}"
    try:
        found = named(event_of(record.value))
    except ValueError:
        refuse(SYSTEM, f"The record {place} of {record.topic} is no event: CloudEvents as JSON are.")
        return
    for kind, id in found:
        await ride_out(partial(hear, kind, id, place))


def security_of(settings: AkeneoSettings) -> dict[str, Any]:
    """What a consumer is given to be let in. Raises RuntimeError for files that are no certificates."""
    try:
        return _transport(settings) | _login(settings)
    except OSError as error:
        cure = "Name PEM files in PACKSHOT_AKENEO_EVENTS_CA and _CERTIFICATE, the latter with its key."
        raise RuntimeError(f"The certificates for Akeneo's Kafka cannot be used: {error}. {cure}") from error


def _transport(settings: AkeneoSettings) -> dict[str, Any]:
    if not settings.akeneo_events_tls:
        return {"security_protocol": "PLAINTEXT"}
    context = ssl.create_default_context(cafile=settings.akeneo_events_ca)
    if settings.akeneo_events_certificate:
        context.load_cert_chain(settings.akeneo_events_certificate)
    return {"security_protocol": "SSL", "ssl_context": context}


def _login(settings: AkeneoSettings) -> dict[str, Any]:
    if not settings.akeneo_events_sasl:
        return {}
    return {
        "security_protocol": "SASL_SSL" if settings.akeneo_events_tls else "SASL_PLAINTEXT",
        "sasl_mechanism": settings.akeneo_events_sasl,
        "sasl_plain_username": settings.akeneo_events_user,
        "sasl_plain_password": settings.akeneo_events_password,
    }
