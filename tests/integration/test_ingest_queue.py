"""Ingest as a process that reads a queue: an upload that nobody else tells of is taken, and its message deleted."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from cli.servers.stack import Stack
from runtime.config import Settings
from runtime.kafka_access import client
from runtime.objects import Bucket
from runtime.s3_store import Store
from schemas.topics import INBOX_EVENTS
from services.ingest.source import load
from tests.conftest import Names
from tests.e2e.member import Member
from tests.e2e.pictures import picture
from tests.fakes.sqs import WHO, Sqs, serving

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]
PATIENCE_S = 120.0
ALONE = {"sweep_s": 3600, "sweep_grace_s": 3600, "session_timeout_s": 6}
"""The sweep finds nothing that is new, so that only the queue is left to tell of it."""


@pytest.fixture
def sqs(name: Names, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sqs]:
    for variable, value in WHO.items():
        monkeypatch.setenv(variable, value)
    with serving() as address:
        yield Sqs(address, name("inbox"))


async def passed_over(settings: Settings, key: str) -> None:
    """What the store says of that file by itself is taken for read."""
    reader = AIOKafkaConsumer(**client(settings), group_id="intake", enable_auto_commit=False)
    await reader.start()
    try:
        places = [TopicPartition(INBOX_EVENTS.name, number) for number in range(INBOX_EVENTS.partitions)]
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        async with asyncio.timeout(PATIENCE_S):
            while not any(key.encode() in text for text in await some(reader)):
                pass
        await reader.commit(await reader.end_offsets(places))
    finally:
        await reader.stop()


async def some(reader: AIOKafkaConsumer) -> list[bytes]:
    batches = await reader.getmany(timeout_ms=500)
    return [(record.key or b"") + (record.value or b"") for batch in batches.values() for record in batch]


@asynccontextmanager
async def ingest(stack: Stack, logs: Path, queue: str) -> AsyncIterator[Member]:
    member = Member("ingest", 7, logs, stack.env("ingest") | WHO)
    member.start(**ALONE, events_queue=queue)
    try:
        yield member
    finally:
        await asyncio.to_thread(member.stop)
    assert member.exit_code == 0, member.last_words()


async def taken(library: Bucket, bucket: str, key: str, member: Member) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not (await load(library, bucket, key))[0].versions:
            assert member.alive, member.last_words()
            await asyncio.sleep(0.1)


async def test_an_upload_comes_through_the_queue_alone(
    s3: Settings, stack: Stack, sqs: Sqs, name: Names, tmp_path: Path
) -> None:
    store, key = Store(s3), f"{name('queued')}/TRAINER-RED_front.jpg"
    try:
        inbox, library = store.bucket(s3.inbox_bucket), store.bucket(s3.library_bucket)
        await inbox.put(key, picture(7))
        await passed_over(s3, key)
        await sqs.put(
            {
                "Records": [
                    {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": inbox.name}, "object": {"key": key}}}
                ]
            }
        )
        async with ingest(stack, tmp_path, sqs.url) as member:
            await taken(library, inbox.name, key, member)
            async with asyncio.timeout(PATIENCE_S):
                while await asyncio.to_thread(sqs.left):  # noqa: ASYNC110 - a server is asked
                    await asyncio.sleep(0.1)
    finally:
        store.close()
