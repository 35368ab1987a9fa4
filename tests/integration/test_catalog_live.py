"""Changes reach open pages once they are committed, whoever committed them."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest

from runtime.database import Database
from runtime.outage import Unavailable
from services.catalog.live import Live
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture, staged, tombstone

pytestmark = pytest.mark.broker


@pytest.fixture
async def stage(postgres: str) -> AsyncIterator[Stage]:
    async with staged(postgres) as made:
        yield made


@contextlib.asynccontextmanager
async def listening(live: Live) -> AsyncIterator[None]:
    task = asyncio.create_task(live.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def event(stream: AsyncIterator[str], name: str) -> dict[str, str]:
    """The next event of that name."""
    async with asyncio.timeout(15):
        async for text in stream:
            if text.startswith(f"event: {name}\n"):
                told: dict[str, str] = json.loads(text.partition("data: ")[2])
                return told
    raise AssertionError("the stream ended")


async def test_a_page_hears_what_changes(stage: Stage, postgres: str) -> None:
    live = Live(postgres)
    async with listening(live):
        stream = live.follow()
        await event(stream, "again")  # said once we hear
        await stage.put([change(facet(ASSETS[0], "file", {"key": "a.jpg"}))])
        assert await event(stream, "asset") == {
            "id": ASSETS[0], "state": "working", "stage": "making renditions, tagging, linking",
        }  # fmt: skip
        for one in picture(ASSETS[0], "a.jpg"):
            await stage.put([change(one)])
        while (await event(stream, "asset"))["state"] != "complete":
            pass
        await stage.put([tombstone(one) for one in picture(ASSETS[0], "a.jpg")])
        while (await event(stream, "asset"))["state"] != "gone":
            pass


async def test_a_page_looks_again_after_we_could_not_hear(stage: Stage, postgres: str) -> None:
    live = Live(postgres)
    async with listening(live):
        stream = live.follow()
        await event(stream, "again")
        database = Database(postgres)
        async with database.transaction() as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE (query LIKE 'LISTEN%' OR query = 'SELECT 1') AND pid <> pg_backend_pid()"
            )
        await database.close()
        await event(stream, "again")


async def test_a_page_that_does_not_read_is_told_to_look_again(stage: Stage, postgres: str) -> None:
    live = Live(postgres, most=1)
    stream = live.follow()
    await anext(stream)
    assert live.full()
    for _ in range(2000):
        live.tell({"event": "asset", "data": {}})
    texts = []
    for _ in range(3):
        texts.append(await anext(stream))
    assert "event: again" in texts[0]
    await stream.aclose()  # type: ignore[attr-defined]
    assert not live.full()


async def test_whoever_may_no_longer_is_told_nothing_more_however_much_happens() -> None:
    live, asked = Live("", most=1), []

    async def still() -> bool:
        asked.append(True)
        if len(asked) == 1:
            raise Unavailable("PostgreSQL")
        return len(asked) < 4

    async with asyncio.timeout(30):
        async for _ in live.follow(still=still, beat_s=0.01):
            live.tell({"event": "asset", "data": {}})
    assert len(asked) == 4 and not live.full(), "while nobody can say, it goes on"
