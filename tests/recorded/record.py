"""`python -m tests.recorded.record NAME MODELS`: runs today's services on what is drawn here; keeps what they wrote.

Run it at a release: `tests/integration/test_recorded.py` proves that later ones read it. Nothing in it is of anybody's.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from cli.breaking.receiver import Receiver, receiving
from runtime import latest
from schemas.topics import DELIVERIES, FACTS, TOPICS
from tests.e2e.copies import copy, listen
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Watch

HERE = Path(__file__).parent
LONGEST_S = 300.0
FOLDERS = ("facets/", "facts/", "history/", "media/", "products/", "sources/", "deliveries/", "shoots/")


async def record(name: str, models: Path) -> None:
    """Writes `<name>.topics.jsonl` and `<name>.library.jsonl`."""
    with copy(models) as own, receiving() as receiver:
        await own.begin()
        async with own.watch() as seen:
            await _record(own, seen, receiver)
        (HERE / f"{name}.topics.jsonl").write_text("".join([line async for line in _topics(own)]))
        (HERE / f"{name}.library.jsonl").write_text("".join([line async for line in _library(own)]))


async def _record(own: Pipeline, seen: Watch, receiver: Receiver) -> None:
    """A picture, a broken one and a film; what somebody decides and collects; and who is told of it."""
    await own.run(*ALL, "catalog", "webhooks", webhook_private=True)
    await asyncio.to_thread(listen, own, receiver.url)
    await own.products("TRAINER-RED")
    keys = ["autumn/TRAINER-RED_front.jpg", "autumn/broken.jpg", "autumn/TRAINER-RED_film.mp4"]
    await own.drop(zip(keys, (picture(91), b"no picture", film()), strict=True))
    await seen.settle(keys, LONGEST_S)
    await seen.until(lambda: [] if seen.media("TRAINER-RED") else ["media"])
    shown = seen.assets("autumn/")[keys[0]]
    await asyncio.to_thread(_decided, own, shown)
    facts = seen.last[FACTS.name]
    await seen.until(lambda: [] if any(key.startswith("collection/") for key in facts) else ["the collection"])
    await seen.until(lambda: [] if seen.facet(shown, 0, "curation") else ["the decision"])
    await seen.until(lambda: [] if seen.last[DELIVERIES.name] and receiver.messages else ["a webhook"])
    await seen.quiet(5, LONGEST_S)


def _decided(own: Pipeline, asset: str) -> None:
    """By the API, as people do."""
    at = f"http://127.0.0.1:{own.member('catalog').http_port}/v1"
    headers = {"Authorization": f"Bearer {own.stack.secrets.admin_key}"}
    with httpx.Client(headers=headers, timeout=20) as somebody:
        said = {"set": {"alt:en": "A trainer, from the front", "link:TRAINER-RED": "confirmed"}}
        somebody.post(f"{at}/assets/{asset}/decisions", json=said).raise_for_status()
        wanted = {"name": "Autumn lookbook", "note": "For the press", "assets": [asset]}
        somebody.post(f"{at}/collections", json=wanted).raise_for_status()


def film() -> bytes:
    """Two drawn seconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        drawn = [
            "-f",
            "lavfi",
            "-i",
            "testsrc=duration=2:size=320x240:rate=10",
            "-pix_fmt",
            "yuv420p",
            "-c:v",
            "libx264",
        ]
        subprocess.run(["ffmpeg", "-v", "error", *drawn, str(path)], check=True)
        return path.read_bytes()


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
