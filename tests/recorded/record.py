"""`python -m tests.recorded.record NAME MODELS`: runs today's services on drawn pictures and keeps what they wrote.

Run it at a release: `tests/integration/test_recorded.py` proves that later ones read it. Nothing in it is of anybody's.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from runtime import latest
from schemas.topics import TOPICS
from tests.e2e.copies import copy
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Watch

HERE = Path(__file__).parent
FOLDERS = ("facets/", "facts/", "history/", "media/", "products/", "sources/", "deliveries/", "shoots/")


async def record(name: str, models: Path) -> None:
    """Writes `<name>.topics.jsonl` and `<name>.library.jsonl`."""
    with copy(models) as own:
        await own.begin()
        async with own.watch() as seen:
            await _record(own, seen, name)


async def _record(own: Pipeline, seen: Watch, name: str) -> None:
    await own.run(*ALL, "catalog")
    await own.products("TRAINER-RED")
    keys = ["autumn/TRAINER-RED_front.jpg", "autumn/broken.jpg"]
    await own.drop([(keys[0], picture(91)), (keys[1], b"no picture")])
    await seen.settle(keys)
    await seen.until(lambda: [] if seen.media("TRAINER-RED") else ["media"])
    await seen.quiet(3)
    (HERE / f"{name}.topics.jsonl").write_text("".join([line async for line in _topics(own)]))
    (HERE / f"{name}.library.jsonl").write_text("".join([line async for line in _library(own)]))


async def _topics(own: Pipeline) -> AsyncIterator[str]:
    """But for `inbox.events`, where the store speaks."""
    for topic in TOPICS:
        if not topic.bare:
            async for key, value in latest.records(own.settings, topic.name):
                body = None if value is None else json.loads(value)
                yield json.dumps({"topic": topic.name, "key": key, "value": body}) + "\n"


async def _library(own: Pipeline) -> AsyncIterator[str]:
    for folder in FOLDERS:
        for info in await own.library.listing(folder):
            if stored := await own.library.get(info.key):
                yield json.dumps({"path": info.key, "value": json.loads(stored.body)}) + "\n"


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1], Path(sys.argv[2]).resolve()))
