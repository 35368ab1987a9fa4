"""What becomes of each file, as `asset.metadata` tells it, and when: little is kept, for runs of many thousands."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from runtime.config import Settings
from runtime.kafka_access import client
from runtime.states import state_of, unpaid
from schemas.rendition import FIRST
from schemas.topics import ASSET_METADATA

FINAL = ("complete", "refused", "failed")
SETTLED = ("ready", *FINAL)
MORE = 5 << 20
"""Bytes of one answer, of all partitions: a whole burst lies on the topic."""


@dataclass
class Version:
    """Facet → status, and when it was first said (seconds since the epoch)."""

    statuses: dict[str, str] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    owes: set[str] = field(default_factory=set)

    @property
    def state(self) -> str:
        """As the page would show it."""
        return state_of(self.statuses, owes=bool(unpaid(self.owes, self.statuses)))

    @property
    def thumbnail_at(self) -> float | None:
        """When its first renditions were there; a twin's are used again and said at once."""
        return self.times.get(FIRST, self.times.get("renditions"))


class Follower:
    """Use `following`."""

    def __init__(self) -> None:
        self._versions: dict[str, Version] = {}
        self._of: dict[tuple[str, str], str] = {}
        self._heard = asyncio.Event()

    def version(self, key: str, sha256: str) -> Version | None:
        """What is known of these bytes under this name."""
        return self._versions.get(self._of.get((key, sha256), ""))

    def states(self, files: Collection[tuple[str, str]]) -> Counter[str]:
        """State → how many of these; `absent` where ingest has not said anything."""
        found = (self.version(*one) for one in files)
        return Counter(one.state if one else "absent" for one in found)

    async def heard(self, seconds: float) -> None:
        """Until something is said, or so long."""
        self._heard.clear()
        try:
            await asyncio.wait_for(self._heard.wait(), seconds)
        except TimeoutError:
            return

    def take(self, data: Mapping[str, Any], at: float) -> None:
        """One facet."""
        if not data["version"]:
            return
        place, name = f"{data['asset_id']}/{data['version']}", sys.intern(data["facet"])
        version = self._versions.setdefault(place, Version())
        version.statuses[name] = sys.intern(data["status"])
        version.times.setdefault(name, at)
        version.owes |= set(map(sys.intern, data.get("owes") or ()))
        if name == "file":
            self._of[data["data"]["key"], data["data"].get("sha256") or ""] = place
        self._heard.set()

    async def follow(self, settings: Settings, started: asyncio.Event) -> None:
        """From the topic's end until cancelled."""
        consumer = AIOKafkaConsumer(**client(settings), enable_auto_commit=False, fetch_max_bytes=MORE)
        await consumer.start()
        try:
            consumer.assign([TopicPartition(ASSET_METADATA.name, n) for n in range(ASSET_METADATA.partitions)])
            await consumer.seek_to_end()
            started.set()
            async for record in consumer:
                if record.value:
                    self.take(json.loads(record.value)["data"], record.timestamp / 1000)
        finally:
            await consumer.stop()


@asynccontextmanager
async def following(settings: Settings) -> AsyncIterator[Follower]:
    """While the block runs, everything that is said is noted. What the follower stumbles over is raised at the end."""
    follower, started = Follower(), asyncio.Event()
    task = asyncio.create_task(follower.follow(settings, started))
    try:
        await asyncio.wait({asyncio.create_task(started.wait()), task}, return_when=asyncio.FIRST_COMPLETED)
        yield follower
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
