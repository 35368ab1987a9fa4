"""What was sent is written down once, whatever the store does meanwhile."""

import asyncio
import gzip
from datetime import UTC, datetime

import pytest

from runtime.memory_store import MemoryBucket
from schemas.sent import FOLDER, Sent
from services.delivery import counting
from services.delivery.counting import Counting, Whose

ASSET = "6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"
WEB = Whose(ASSET, 1, "web", "webshop")
NOW = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)


async def written(library: MemoryBucket) -> list[Sent]:
    found: list[Sent] = []
    for one in await library.listing(FOLDER):
        stored = await library.get(one.key)
        assert stored is not None
        found += [Sent.model_validate_json(line) for line in gzip.decompress(stored.body).splitlines()]
    return found


async def test_it_is_added_up_and_written_once() -> None:
    library = MemoryBucket("library")
    made = Counting(library, lambda: NOW)
    for size in (100, 50):
        made.add(WEB, size)
    made.add(WEB._replace(version=2), 7)
    await made.write()
    await made.write()
    assert [(one.version, one.requests, one.bytes) for one in await written(library)] == [(1, 2, 150), (2, 1, 7)]
    (one,) = await library.listing(FOLDER)
    assert one.key.startswith("sent/2026-11/20261130T235900Z-")


async def test_a_store_that_is_away_is_written_to_later_and_not_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_WAITING", 2)
    library = MemoryBucket("library")
    made = Counting(library, lambda: NOW)
    library.down = True
    for size in (1, 10, 100):  # the third finds no place
        made.add(WEB, size)
        await made.write()
    library.down = False
    made.add(WEB, 1000)
    await made.write()
    await made.write()
    assert sum(one.bytes for one in await written(library)) == 11
    made.add(WEB, 5)
    await made.write()
    assert sum(one.bytes for one in await written(library)) == 16


async def test_who_is_told_to_stop_writes_what_there_is() -> None:
    library = MemoryBucket("library")
    made = Counting(library)
    running = asyncio.create_task(made.run())
    made.add(WEB, 9)
    made.stop()
    await running
    assert [one.bytes for one in await written(library)] == [9]


async def test_many_files_are_written_without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 3)
    library = MemoryBucket("library")
    made = Counting(library)
    running = asyncio.create_task(made.run())
    for version in (1, 2, 3):
        made.add(WEB._replace(version=version), 1)
    async with asyncio.timeout(60):
        while not await library.listing(FOLDER):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    made.stop()
    await running
    assert len(await written(library)) == 3
