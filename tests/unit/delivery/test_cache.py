"""Files in memory: one read for many, and no more room than allowed."""

import asyncio

import pytest

from runtime.objects import Missing
from services.delivery.cache import Cache


class Reads:
    """A store that counts, and answers when told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, key: str, part: range) -> bytes:
        self.asked.append(key)
        await self.go.wait()
        if key == "gone":
            raise Missing(key)
        return key.encode() * len(part)


async def test_a_stampede_reads_once() -> None:
    reads = Reads()
    reads.go.clear()
    cache = Cache(reads, 100)
    waiting = [asyncio.create_task(cache.get("a", 3)) for _ in range(50)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # a client that leaves takes nobody else's answer away
    await asyncio.sleep(0)
    reads.go.set()
    assert await asyncio.gather(*waiting[1:]) == [b"aaa"] * 49
    assert reads.asked == ["a"] and await cache.get("a", 3) == b"aaa" and reads.asked == ["a"]


async def test_the_least_asked_for_goes_first() -> None:
    reads = Reads()
    cache = Cache(reads, 6)
    for key in ("a", "b", "a", "c", "a", "b"):
        await cache.get(key, 3)
    assert reads.asked == ["a", "b", "c", "b"]


async def test_what_failed_is_asked_for_again() -> None:
    reads = Reads()
    cache = Cache(reads, 6)
    for _ in range(2):
        with pytest.raises(Missing):
            await cache.get("gone", 3)
    assert reads.asked == ["gone", "gone"]
