"""Sizes are made once, however many ask; what waits is bounded; what is there is kept while somebody asks for it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runtime.jobs import Cage
from runtime.memory_store import MemoryBucket
from runtime.objects import Missing
from runtime.refusal import Refused
from runtime.reuse import YOUNG
from services.delivery.cache import Cache
from services.delivery.making import LOOK_AGAIN_S, REFUSED_S, Busy, Sizes
from services.delivery.order import Order, Source
from services.delivery.work import MADE
from tests.fakes.cages import FakeCages

SOURCE = "renditions/ab/web.jpg"


class HeldCages(FakeCages):
    """Nobody gets a child before `free` is set."""

    def __init__(self, work: Any, scratch: Path, size: int = 2) -> None:
        super().__init__(work, scratch)
        self.size, self.free = size, asyncio.Event()

    @asynccontextmanager
    async def lease(self, *, fresh: bool = False) -> AsyncIterator[Cage]:
        await self.free.wait()
        self._folder = Path(tempfile.mkdtemp(dir=self._folder))
        async with super().lease(fresh=fresh) as cage:
            yield cage


def order(name: str) -> Order:
    return Order(f"sizes/ab/{name}.webp", "webp", {"input": Source(SOURCE, 3)}, {"size": name})


class Stage:
    """A bucket with one picture, and children that write what they were asked for."""

    def __init__(self, scratch: Path, queue: int = 64) -> None:
        self.library, self.now = MemoryBucket("library"), 0.0
        self.refuses = False
        self.cages = HeldCages(self.work, scratch)
        self.sizes = Sizes(self.library, self.cages, Cache(self.library.read, 1000), queue, lambda: self.now)

    def work(self, job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
        if self.refuses:
            raise Refused("It is damaged.", "Send another.")
        (folder / MADE).write_bytes((folder / job["input"]).read_bytes() + job["size"].encode())
        yield {"width": 1, "height": 1}

    @property
    def made(self) -> list[str]:
        return [job["size"] for job in self.cages.jobs]


@pytest.fixture
async def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path)
    await made.library.put(SOURCE, b"web")
    return made


async def test_a_hundred_who_ask_at_once_make_one(stage: Stage) -> None:
    asking = [asyncio.create_task(stage.sizes.get(order("a"))) for _ in range(100)]
    await asyncio.sleep(0)
    stage.cages.free.set()
    assert await asyncio.gather(*asking) == [4] * 100
    assert stage.made == ["a"]
    stored = await stage.library.get(order("a").key)
    assert stored and stored.body == b"weba"
    assert await stage.sizes.get(order("a")) == 4 and stage.made == ["a"]


async def test_who_leaves_takes_nothing_from_the_others(stage: Stage) -> None:
    first, second = (asyncio.create_task(stage.sizes.get(order("a"))) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    stage.cages.free.set()
    assert await second == 4 and stage.made == ["a"]


async def test_so_many_wait_and_more_are_sent_away(tmp_path: Path) -> None:
    stage = Stage(tmp_path, queue=1)
    await stage.library.put(SOURCE, b"web")
    waiting = [asyncio.create_task(stage.sizes.get(order(name))) for name in "abc"]  # two children, one place
    await asyncio.sleep(0.05)
    for _ in range(2):
        with pytest.raises(Busy):
            await stage.sizes.get(order("d"))
    again = asyncio.create_task(stage.sizes.get(order("c")))  # who waits for the same takes no further place
    stage.cages.free.set()
    assert await asyncio.gather(*waiting, again) == [4] * 4
    assert await stage.sizes.get(order("d")) == 4, "there is room again"


async def test_what_another_process_made_is_found(stage: Stage) -> None:
    await stage.library.put(order("a").key, b"theirs")
    assert await stage.sizes.get(order("a")) == 6 and stage.made == []


async def test_two_that_make_the_same_end_with_one(stage: Stage) -> None:
    making = asyncio.create_task(stage.sizes.get(order("a")))
    await asyncio.sleep(0.01)
    await stage.library.put(order("a").key, b"weba")  # while ours is at work
    stage.cages.free.set()
    assert await making == 4
    assert len(await stage.library.versions(order("a").key)) == 1


async def test_what_is_asked_for_stays_young(stage: Stage) -> None:
    """The collector removes by version id what is over seven days old."""
    stage.cages.free.set()
    stage.library.ahead = -(YOUNG + timedelta(hours=1))
    await stage.sizes.get(order("a"))
    stage.library.ahead = timedelta()
    old = (await stage.library.versions(order("a").key))[-1]
    await stage.sizes.get(order("a"))
    assert len(await stage.library.versions(order("a").key)) == 1, "nobody asks the bucket each time"
    stage.now = LOOK_AGAIN_S + 1
    assert await stage.sizes.get(order("a")) == 4
    await stage.library.remove(order("a").key, old.version_id)
    stored = await stage.library.get(order("a").key)
    assert stored and stored.body == b"weba" and stage.made == ["a"]


async def test_what_was_taken_away_is_made_again(stage: Stage) -> None:
    stage.cages.free.set()
    await stage.sizes.get(order("a"))
    await stage.library.delete(order("a").key)
    stage.sizes.forget(order("a").key)
    assert await stage.sizes.get(order("a")) == 4 and stage.made == ["a", "a"]


async def test_what_cannot_be_made_is_not_tried_at_each_request(stage: Stage) -> None:
    stage.refuses = True
    stage.cages.free.set()
    for _ in range(3):
        with pytest.raises(Refused):
            await stage.sizes.get(order("a"))
    assert stage.made == ["a"]
    stage.refuses, stage.now = False, REFUSED_S + 1
    assert await stage.sizes.get(order("a")) == 4


async def test_a_source_that_is_gone_is_missing(stage: Stage) -> None:
    stage.cages.free.set()
    await stage.library.delete(SOURCE)
    with pytest.raises(Missing):
        await stage.sizes.get(order("a"))
    await stage.library.put(SOURCE, b"web")
    assert await stage.sizes.get(order("a")) == 4
