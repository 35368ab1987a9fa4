"""A thousand times: the last owner of some bytes ends while somebody brings the same bytes again."""

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from runtime.config import Settings
from runtime.memory_store import MemoryBucket
from runtime.objects import Bucket, ObjectInfo
from runtime.s3_store import Store
from schemas.facet import Facet, facet_object
from services.collector import handler
from services.collector.ending import Ending
from services.collector.handler import Collector
from services.ingest.take import Spooled, keep

SHARD = "5e"
OFTEN = 0.03
"""Chance that somebody comes, at each of the collector's calls."""


class Aged:
    """A bucket of a real store, whose clock a test moves: what is written under a clock keeps that clock's time."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket, self.ahead = bucket, timedelta()
        self._ages: dict[tuple[str, str], timedelta] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bucket, name)

    async def move(self, days: int, places: Sequence[str]) -> None:
        """Set the clock. places: beginnings of all keys that were written under the old one."""
        for info in [one for place in places for one in await self._bucket.history(place)]:
            self._ages.setdefault((info.key, info.version_id), self.ahead)
        self.ahead = timedelta(days=days)

    def _seen(self, info: ObjectInfo) -> ObjectInfo:
        return replace(info, modified=info.modified + self._ages.get((info.key, info.version_id), self.ahead))

    async def now(self) -> datetime:
        return await self._bucket.now() + self.ahead

    async def head(self, key: str) -> ObjectInfo | None:
        found = await self._bucket.head(key)
        return self._seen(found) if found else None

    async def listing(self, prefix: str) -> list[ObjectInfo]:
        return [self._seen(info) for info in await self._bucket.listing(prefix)]

    async def history(self, prefix: str) -> list[ObjectInfo]:
        return [self._seen(info) for info in await self._bucket.history(prefix)]

    async def versions(self, key: str) -> list[ObjectInfo]:
        return [self._seen(info) for info in await self._bucket.versions(key)]


class Remembered(MemoryBucket):
    """The twin in memory keeps the times itself."""

    async def move(self, days: int, _places: Sequence[str]) -> None:
        self.ahead = timedelta(days=days)


class Jittery:
    """A bucket whose every call may let others go first."""

    def __init__(self, bucket: Any, chance: random.Random) -> None:
        self._bucket, self._chance = bucket, chance

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._bucket, name)

        async def call(*args: Any, **options: Any) -> Any:
            for _ in range(self._chance.randrange(4)):
                await asyncio.sleep(0)
            return await method(*args, **options)

        return call

    async def histories(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """See `Bucket.histories`."""
        async for page in self._bucket.histories(prefix):
            await asyncio.sleep(0)
            yield page


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Bytes:
    """Some bytes, an asset that had them and one that brings them again; all of one shard, for short rounds."""

    def __init__(self, folder: Path) -> None:
        content = next(one for one in iter(lambda: uuid4().bytes, None) if _hash(one).startswith(SHARD))
        self.sha256 = _hash(content)
        self.old, self.new = (SHARD + str(uuid4())[2:] for _ in range(2))
        self.spooled = Spooled(folder / self.sha256, self.sha256, len(content))
        self.spooled.path.write_bytes(content)
        self.original = f"originals/{self.sha256}"
        self.rendition = f"renditions/{self.sha256}/0123456789abcdef.webp"
        assets = [f"{top}/{asset}" for top in ("facets", "purges") for asset in (self.old, self.new)]
        self.places = [self.original, self.rendition, f"refs/{self.sha256}/", *assets]

    async def before(self, library: Any) -> None:
        """The old asset has them, and is purged."""
        await library.put_file(self.original, self.spooled.path, content_type="image/jpeg")
        await library.put(f"refs/{self.sha256}/{self.old}/1", b"")
        await self._file(library, self.old)
        await library.put(f"purges/{self.old}", b"")

    async def again(self, library: Any) -> None:
        """As ingest and render: the original, its reference, a rendition, its facet."""
        await keep(library, [f"refs/{self.sha256}/{self.new}/1"], "image/jpeg", self.spooled)
        await library.put(self.rendition, b"small")
        named = {"data": {"renditions": [{"key": self.rendition}]}}
        await library.put(f"facets/{self.new}/1/renditions.json", json.dumps(named).encode())
        await self._file(library, self.new)

    async def _file(self, library: Any, asset: str) -> None:
        data = {"bucket": "inbox", "key": "a.jpg", "arrived": "2026-11-23T09:00:00Z", "sha256": self.sha256}
        at = await library.now()
        facet = Facet(asset_id=asset, version=1, facet="file", revision=1, status="done", written=at, data=data)
        await library.put(facet_object(asset, 1, "file"), facet.model_dump_json().encode())


async def _nothing(topic: str, key: str, partition_key: str) -> None:
    await asyncio.sleep(0)


class Coming:
    """A bucket as the collector has it: before each of its calls somebody may begin to bring their bytes again."""

    def __init__(self, bucket: Any, many: Sequence[Bytes], chance: random.Random) -> None:
        self._bucket, self._waiting, self._chance = bucket, list(many), chance
        self._begun: list[asyncio.Task[None]] = []

    def __getattr__(self, name: str) -> Any:
        # The narrow place is where references were read and nothing is removed yet: histories are read there.
        if self._waiting and self._chance.random() < (0.8 if name == "history" else OFTEN):
            self._begin()
        return getattr(self._bucket, name)

    def _begin(self) -> None:
        self._begun.append(asyncio.ensure_future(self._waiting.pop().again(self._bucket)))

    async def all(self) -> None:
        """Wait for everybody; who has not begun does so now."""
        while self._waiting:
            self._begin()
        await asyncio.gather(*self._begun)


async def meet(bucket: Any, library: Any, many: Sequence[Bytes], chance: random.Random) -> None:
    """Once each, at some moment of the collector's round; then the new ones are purged as well, and nothing is left.

    library: the same bucket, as those who work on it see it.
    """
    places = [place for one in many for place in one.places]
    coming = Coming(library, many, chance)
    collector = Collector(coming, Ending(coming, MemoryBucket("inbox"), _nothing), timedelta(days=7))
    await bucket.move(-30, places)
    await asyncio.gather(*(one.before(bucket) for one in many))
    await bucket.move(0, places)
    await collector.collect()  # the old assets end, and their bytes, held by nobody then, go
    await coming.all()
    for days in (0, 8):
        for one in many:
            assert await bucket.get(one.original), f"the original is lost after {days} days"
            assert await bucket.get(one.rendition), f"the rendition is lost after {days} days"
        await bucket.move(8, places)
        await collector.collect()
    await asyncio.gather(*(bucket.put(f"purges/{one.new}", b"") for one in many))
    await bucket.move(16, places)
    for _ in range(2):
        await collector.collect()
    left = [info.key for place in places for info in await bucket.history(place)]
    assert left == [], "something is left for ever"


@pytest.fixture(autouse=True)
def one_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "SHARDS", (SHARD,))


async def test_nothing_is_lost_and_nothing_orphaned(tmp_path: Path) -> None:
    for seed in range(1000):
        bucket = Remembered("library")
        await meet(bucket, Jittery(bucket, random.Random(seed)), [Bytes(tmp_path)], random.Random(-seed))


@pytest.mark.broker
async def test_nor_on_the_real_store(s3: Settings, tmp_path: Path) -> None:
    await at_the_store(s3, tmp_path, 30, random.Random(1))


async def at_the_store(settings: Settings, folder: Path, times: int, chance: random.Random) -> None:
    """So many at once."""
    store = Store(settings)
    bucket = Aged(store.bucket("library"))
    try:
        await meet(bucket, bucket, [Bytes(folder) for _ in range(times)], chance)
    finally:
        store.close()
