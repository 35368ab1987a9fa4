"""A queue of SQS, read by Amazon's own client from a server that speaks as SQS does: nothing is deleted before Kafka
has it, and what cannot be read stays."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from runtime.health import away
from runtime.memory_broker import MemoryBroker, MemoryProducer
from runtime.outage import Unavailable
from runtime.publisher import Outgoing, Publisher
from services.ingest.events import queue as module
from services.ingest.events.queue import Queue, client
from tests.fakes.sqs import WHO, Sqs, serving
from tests.suites.labs import until
from tests.unit.ingest.test_events import BRIDGE, S3, told


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as found:
        yield found


@pytest.fixture(autouse=True)
def who(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(module, "WAIT_S", 1)


@asynccontextmanager
async def reading(queue: Queue) -> AsyncIterator[None]:
    task = asyncio.create_task(queue.run())
    yield
    queue.stop()
    await task


async def test_what_s3_sns_and_eventbridge_put_becomes_hints_and_is_deleted(address: str) -> None:
    broker, sqs = MemoryBroker(), Sqs(address, "all")
    carried = {"Type": "Notification", "Message": json.dumps(S3)}
    strange = {"Records": [{"s3": {"bucket": {"name": "other"}, "object": {"key": "k"}}}]}
    await sqs.put(S3, carried, BRIDGE, strange, {"Event": "s3:TestEvent"})
    async with reading(Queue(sqs.url, "inbox", Publisher(MemoryProducer(broker), "ingest").publish)):
        await until(lambda: len(told(broker)) == 3)
        await until(lambda: sqs.left() == 0)
    assert sorted(told(broker)) == ["a/b cé.jpg", "a/b cé.jpg", "a/b+c.jpg"]


async def test_what_cannot_be_read_stays_for_the_queues_own_policy(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    broker, sqs = MemoryBroker(), Sqs(address, "strange")
    await sqs.put("{", "[]", {"Type": "Notification", "Message": "no"}, S3)
    async with reading(Queue(sqs.url, "inbox", Publisher(MemoryProducer(broker), "ingest").publish)):
        await until(lambda: len(told(broker)) == 1)
        await until(lambda: sqs.left() == 3)
    assert sqs.left() == 3 and "is left there" in caplog.text


async def test_nothing_is_deleted_before_kafka_has_it(address: str) -> None:
    broker, sqs, tries = MemoryBroker(), Sqs(address, "late"), []
    publisher = Publisher(MemoryProducer(broker), "ingest")

    async def publish(out: Outgoing) -> object:
        tries.append(sqs.left())
        if len(tries) < 3:
            raise Unavailable("Kafka is away")
        return await publisher.publish(out)

    await sqs.put(S3)
    async with reading(Queue(sqs.url, "inbox", publish)):
        await until(lambda: len(told(broker)) >= 1)
        await until(lambda: sqs.left() == 0)
    assert set(tries) == {1} and len(tries) >= 3


async def test_a_queue_that_is_not_there_yet_is_waited_for(address: str) -> None:
    broker, sqs = MemoryBroker(), Sqs(address, "first")
    later = sqs.url.replace("first", "later")
    async with reading(Queue(later, "inbox", Publisher(MemoryProducer(broker), "ingest").publish)):
        await until(lambda: "SQS" in away())
        await Sqs(address, "later").put(S3)
        await until(lambda: told(broker) == ["a/b cé.jpg"])
        await until(lambda: away() == [])


def test_the_region_is_that_of_the_queues_address() -> None:
    made: Any = client("https://sqs.ap-southeast-2.amazonaws.com/123456789012/inbox")
    assert made.meta.region_name == "ap-southeast-2"
