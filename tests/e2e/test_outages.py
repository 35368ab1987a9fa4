"""Kafka, the store and PostgreSQL go away under load and come back: everybody waits, nothing is lost."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from cli.servers.server import Server, wait_ready
from runtime.database import Database
from schemas.topics import ASSET_METADATA, PRODUCT_MEDIA
from services.catalog import dump
from tests.e2e.checker import check
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Said, Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]
EVERY = (*ALL, "catalog")
SWEEP_S = 3


def batch(prefix: str, count: int) -> tuple[list[str], dict[str, list[bytes]]]:
    """SKUs, and a picture of each."""
    seed = int(prefix[1:], 16) % 10**6
    skus = [f"{prefix.upper()}-{number:02}" for number in range(count)]
    return skus, {f"{prefix}/{sku}_front.jpg": [picture(seed + at)] for at, sku in enumerate(skus)}


def unlinked(seen: Watch, files: dict[str, list[bytes]]) -> list[str]:
    """Pictures whose product does not show them."""
    assets = seen.assets("")
    found = {key: seen.media(key.split("/")[1].removesuffix("_front.jpg")) for key in files}
    return [f"{key}: the product shows {media}" for key, media in found.items() if media != [assets.get(key)]]


@pytest.fixture
async def watched(pipeline: Pipeline) -> AsyncIterator[Watch]:
    """All services, watched by a supervisor that starts again what ends, and a sweep that runs often."""
    await pipeline.run(*EVERY)
    await pipeline.again(pipeline.member("ingest"), sweep_s=SWEEP_S)
    async with pipeline.watch() as seen, pipeline.supervised():
        yield seen


async def outage(server: Server, seconds: float) -> None:
    """Stop it as an operator would, and start it again."""
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(wait_ready, server)


async def test_kafka_stops_under_load(pipeline: Pipeline, watched: Watch, prefix: str) -> None:
    """PUTs go on meanwhile. The store drops what it would tell of them: the sweep finds those."""
    skus, files = batch(prefix, 16)
    await pipeline.products(*skus)
    pairs = [(key, bodies[0]) for key, bodies in files.items()]
    await pipeline.drop(pairs[:8])
    away = asyncio.create_task(outage(pipeline.stack.kafka, 5))
    await asyncio.sleep(2)
    await pipeline.drop(pairs[8:])
    await away
    print(f"all settled {await watched.settle(files, 150):.1f} s after Kafka came back")
    await watched.until(lambda: unlinked(watched, files))
    await watched.quiet(2)
    assert set((await check(pipeline, watched, files)).values()) == {"complete"}


async def test_the_store_is_away_for_twenty_seconds(pipeline: Pipeline, watched: Watch, prefix: str) -> None:
    skus, files = batch(prefix, 8)
    await pipeline.products(*skus)
    await pipeline.drop((key, bodies[0]) for key, bodies in files.items())
    await outage(pipeline.stack.s3, 20)
    print(f"all settled {await watched.settle(files, 150):.1f} s after the store came back")
    await watched.until(lambda: unlinked(watched, files))
    await watched.quiet(2)
    assert set((await check(pipeline, watched, files)).values()) == {"complete"}


async def drop_schemas(pipeline: Pipeline) -> None:
    """As if somebody had restored an empty database."""
    connection = await asyncpg.connect(pipeline.stack.postgres.url)
    try:
        await connection.execute("DROP SCHEMA linker CASCADE; DROP SCHEMA catalog CASCADE")
    finally:
        await connection.close()


async def canonical(pipeline: Pipeline, wanted: str | None = None, seconds: float = 90) -> str:
    """The catalogue's dump, once it says the same twice (or what is wanted)."""
    database = Database(pipeline.stack.postgres.url, connections=1)
    try:
        before = ""
        for _ in range(int(seconds)):
            try:
                now = await dump.text(database)
            except asyncpg.PostgresError as error:  # its tables are being made anew
                now = str(error)
            if now == wanted or (wanted is None and now == before):
                return now
            before = now
            await asyncio.sleep(1)
    finally:
        await database.close()
    return before


def poorer(told: list[Said]) -> list[str]:
    """Records that took links or media away."""
    lost: list[str] = []
    last: dict[str, int] = {}
    for one in told:
        if one.topic == PRODUCT_MEDIA.name:
            count = len(one.data.get("items", []))
        elif one.topic == ASSET_METADATA.name and one.data.get("facet") == "links":
            count = len(one.data["data"]["links"])
        else:
            continue
        if count < last.get(one.key, 0):
            lost.append(f"{one.key} had {last[one.key]}, then {count}")
        last[one.key] = count
    return lost


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
async def test_postgres_is_emptied(pipeline: Pipeline, prefix: str, running: bool) -> None:
    """The views fill themselves again from the log; nobody unlinks anything meanwhile."""
    await pipeline.run(*EVERY)
    skus, files = batch(prefix, 5)
    async with pipeline.watch() as seen, pipeline.supervised():
        await pipeline.products(*skus)
        await pipeline.drop((key, bodies[0]) for key, bodies in files.items())
        await seen.settle(files)
        await seen.until(lambda: unlinked(seen, files))
        await seen.quiet(2)
        before = await canonical(pipeline)
        async with pipeline.pause(*(() if running else ("linker", "catalog"))):
            await drop_schemas(pipeline)
            more, late = batch(pipeline.prefix(), 3)
            if running:
                assert await canonical(pipeline, before) == before
            await pipeline.products(*more)
            await pipeline.drop((key, bodies[0]) for key, bodies in late.items())
        print(f"linked again {await seen.until(lambda: unlinked(seen, files | late), 120):.1f} s later")
        await seen.settle(files | late)
        await seen.quiet(2)
        assert not poorer(seen.history)
        await check(pipeline, seen, files | late)
        after = await canonical(pipeline)
        assert set(before.splitlines()) <= set(after.splitlines()), "something was lost or changed"
