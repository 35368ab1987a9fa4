"""A thousand times: the last owner of some bytes ends while somebody brings the same bytes again."""

import asyncio
import hashlib
import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runtime.memory_store import MemoryBucket
from runtime.objects import Bucket
from schemas.facet import Facet, facet_object
from services.collector import handler
from services.collector.ending import Ending
from services.collector.handler import Collector
from services.ingest.take import Spooled, keep

OLD, NEW = "6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f", "7f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"
CONTENT = b"the same bytes"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Jittery:
    """A bucket whose every call may let others go first."""

    def __init__(self, bucket: MemoryBucket, chance: random.Random) -> None:
        self._bucket, self._chance = bucket, chance

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._bucket, name)

        async def call(*args: Any, **options: Any) -> Any:
            for _ in range(self._chance.randrange(4)):
                await asyncio.sleep(0)
            return await method(*args, **options)

        return call


async def _again(library: Bucket, spooled: Spooled) -> None:
    """As ingest and render: the original, its reference, a rendition, its facet."""
    await keep(library, [f"refs/{SHA256}/{NEW}/1"], "image/jpeg", spooled)
    await library.put(f"renditions/{SHA256}/0123456789abcdef.webp", b"small")
    named = {"data": {"renditions": [{"key": f"renditions/{SHA256}/0123456789abcdef.webp"}]}}
    await library.put(f"facets/{NEW}/1/renditions.json", json.dumps(named).encode())
    await _file(library, NEW)


async def _file(library: Any, asset: str) -> None:
    data = {"bucket": "inbox", "key": "a.jpg", "arrived": "2026-11-23T09:00:00Z", "sha256": SHA256}
    at = await library.now()
    facet = Facet(asset_id=asset, version=1, facet="file", revision=1, status="done", written=at, data=data)
    await library.put(facet_object(asset, 1, "file"), facet.model_dump_json().encode())


async def _nothing(topic: str, key: str, partition_key: str) -> None:
    await asyncio.sleep(0)


async def test_nothing_is_lost_and_nothing_orphaned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "SHARDS", (SHA256[:2], OLD[:2], NEW[:2]))
    spooled = Spooled(tmp_path / "photo", SHA256, len(CONTENT))
    spooled.path.write_bytes(CONTENT)
    for seed in range(1000):
        bucket = MemoryBucket("library")
        library: Any = Jittery(bucket, random.Random(seed))
        bucket.ahead = timedelta(days=-30)
        await bucket.put(f"originals/{SHA256}", CONTENT)
        await bucket.put(f"refs/{SHA256}/{OLD}/1", b"")
        await _file(bucket, OLD)
        await bucket.put(f"purges/{OLD}", b"")
        bucket.ahead = timedelta()
        collector = Collector(library, Ending(library, MemoryBucket("inbox"), _nothing), timedelta(days=7))
        await collector.collect()  # ends the old asset; its bytes are held by nobody from here on
        await asyncio.gather(collector.collect(), _again(library, spooled))
        assert await bucket.get(f"originals/{SHA256}"), f"seed {seed}: the original is lost"
        assert await bucket.get(f"renditions/{SHA256}/0123456789abcdef.webp")
        bucket.ahead = timedelta(days=8)
        await collector.collect()
        await bucket.put(f"purges/{NEW}", b"")
        bucket.ahead = timedelta(days=16)
        for _ in range(2):
            await collector.collect()
        assert await bucket.history("") == [], f"seed {seed}: something is left for ever"
