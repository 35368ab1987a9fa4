"""After all that this package did: the live catalogue is what the log says, and what the bucket says."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest

from cli.servers.postgres import DATABASE, EXTENSIONS, ROLE
from runtime.broker import Partition
from runtime.database import Database
from runtime.deadletter import DeadLetters
from runtime.kafka import KafkaConsumer
from services.catalog import dump, rebuild
from services.catalog.projector import TOPICS
from tests.drill.files import NOBODY
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]


@asynccontextmanager
async def spare(pipeline: Pipeline) -> AsyncIterator[Database]:
    """An empty database beside the live one."""
    server, name = pipeline.stack.postgres, f"spare_{uuid4().hex[:8]}"
    live = await asyncpg.connect(server.admin_url)
    await live.execute(f"CREATE DATABASE {name}")
    await live.execute(f"GRANT CREATE ON DATABASE {name} TO {ROLE}")
    await live.close()
    made = await asyncpg.connect(server.admin_url.removesuffix(DATABASE) + name)
    for extension in EXTENSIONS:
        await made.execute(f"CREATE EXTENSION {extension}")
    await made.close()
    database = Database(server.url.removesuffix(DATABASE) + name, connections=4)
    try:
        yield database
    finally:
        await database.close()


async def ends_now(pipeline: Pipeline) -> tuple[dict[str, str], dict[Partition, int]]:
    """Which log each topic is, and where its partitions end now."""
    probe = KafkaConsumer(pipeline.settings, f"ends-{uuid4()}", [topic.name for topic in TOPICS], static=False)
    return await probe.logs(), await rebuild.ends_of(probe)


async def three(pipeline: Pipeline) -> tuple[list[set[str]], bool]:
    """The live catalogue, the log's and the bucket's; and whether nothing was published meanwhile."""
    logs, ends = await ends_now(pipeline)
    live = Database(pipeline.stack.postgres.url, connections=1)
    async with spare(pipeline) as from_log, spare(pipeline) as from_bucket, pipeline.voice("test") as (publisher, _):
        topics = [topic.name for topic in TOPICS]
        reader = KafkaConsumer(pipeline.settings, f"rebuild-{uuid4()}", topics, static=False)
        started = time.monotonic()
        await rebuild.from_topic(from_log, reader, ends, DeadLetters(publisher, "catalog"))
        between = time.monotonic()
        await rebuild.from_bucket(from_bucket, pipeline.library, logs, ends)
        print(f"from the log in {between - started:.1f} s, from the bucket in {time.monotonic() - between:.1f} s")
        said = [set((await dump.text(one)).splitlines()) for one in (live, from_log, from_bucket)]
    await live.close()
    return said, (await ends_now(pipeline))[1] == ends


async def test_live_is_log_is_bucket(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL, "catalog")
    sku, key = f"{prefix.upper()}-WHOLE", f"{prefix}/{prefix.upper()}-WHOLE_front.jpg"
    async with pipeline.watch() as seen:
        await pipeline.products(sku)
        await pipeline.drop([(key, picture(4242))])
        await seen.settle([key])
        await seen.until(lambda: [] if seen.media(sku) else [f"the media of {sku}"])
        for _ in range(8):  # a film of the tests before may be at work still: a rung is a fact each quarter of a minute
            await seen.quiet(3)
            said, still = await three(pipeline)
            if still:
                break
    assert still, "the log never stood still for as long as two rebuilds take"
    assert any(sku in line for line in said[0])
    assert sorted(said[0] ^ said[1])[:6] == [], "the live catalogue is not what the log says"
    assert sorted(said[0] ^ said[2])[:6] == [], "the live catalogue is not what the bucket says"


async def test_no_record_ever_went_back(pipeline: Pipeline) -> None:
    async with pipeline.watch(from_start=True) as seen:
        await seen.quiet(2)
        assert seen.history
        assert not seen.back
        dead = [one for one in seen.dead if f" {NOBODY}: " not in one]  # what test_alerts.py buries
        assert not dead, dead[:5]
