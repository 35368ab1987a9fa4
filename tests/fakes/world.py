"""A small world in memory: two buckets, a broker, and what a service says through them. No servers."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from runtime.broker import Record
from runtime.deliver import Place, Said, Saying, say_all
from runtime.memory_broker import MemoryBroker, MemoryProducer
from runtime.memory_store import MemoryBucket
from runtime.publisher import Outgoing, Publisher
from runtime.records import Records
from schemas.base import Contract
from schemas.envelope import Event
from schemas.facet import Facet, facet_object
from schemas.topics import ASSET_METADATA, Topic

M = TypeVar("M", bound=Contract)
CLOCKS = {"live_since", "written", "arrived", "time", "gone", "out_since"}
"""Fields that differ between two runs of the same story."""


def without_clocks(value: Any) -> Any:
    """The same JSON without times of day, and with the place of an announcement as yes or no."""
    if isinstance(value, dict):
        kept = {name: without_clocks(inner) for name, inner in value.items() if name not in CLOCKS}
        return kept | {"announced": bool(kept["announced"])} if kept.get("announced") else kept
    return [without_clocks(inner) for inner in value] if isinstance(value, list) else value


@dataclass
class World:
    """One service's surroundings. `lives` may be many: nothing is kept here but what buckets and broker keep."""

    inbox: MemoryBucket = field(default_factory=lambda: MemoryBucket("inbox"))
    library: MemoryBucket = field(default_factory=lambda: MemoryBucket("library"))
    broker: MemoryBroker = field(default_factory=MemoryBroker)

    def __post_init__(self) -> None:
        self.publisher = Publisher(MemoryProducer(self.broker), "test")
        self.records = Records(self.library, self.publisher)

    async def emit(self, said: Said) -> Place | None:
        """As `Process.emit`: records through the archive, events straight."""
        if isinstance(said, Outgoing):
            return await self.publisher.publish(said)
        await self.records.write(said)
        return None

    async def say(self, saying: Saying) -> None:
        """Publish all that a handler says."""
        await say_all(saying, self.emit)

    def later(self, seconds: float) -> None:
        """Let time pass in both buckets."""
        for bucket in (self.inbox, self.library):
            bucket.ahead += timedelta(seconds=seconds)

    def events(self, topic: Topic) -> list[Event]:
        """All events of a topic, oldest first within a partition."""
        return [Event.model_validate_json(record.value or b"") for record in self.broker.records(topic.name)]

    def said(self, topic: Topic, model: type[M]) -> list[M]:
        """Their data."""
        return [model.model_validate(event.data) for event in self.events(topic)]

    def last(self) -> dict[str, Facet]:
        """What compaction would leave of `asset.metadata`, by key. Fails where a record goes back."""
        kept: dict[str, Facet] = {}
        for facet in self.said(ASSET_METADATA, Facet):
            assert facet.revision >= (kept[facet.key].revision if facet.key in kept else 0), facet
            kept[facet.key] = facet
        return kept

    async def facet(self, asset_id: str, version: int, name: str) -> Facet | None:
        """An archived facet."""
        stored = await self.library.get(facet_object(asset_id, version, name))
        return Facet.model_validate_json(stored.body) if stored else None

    async def state(self) -> dict[str, Any]:
        """All that lasts, without clocks: objects, compacted records, and announcements by event id."""
        objects: dict[str, Any] = {}
        for info in await self.library.listing(""):
            stored = await self.library.get(info.key)
            assert stored is not None
            as_json = info.key.endswith(".json")
            objects[info.key] = without_clocks(json.loads(stored.body)) if as_json else stored.body
        compacted, plain = self._topics()
        return {"objects": objects, "compacted": compacted, "plain": plain}

    def _topics(self) -> tuple[dict[str, Any], dict[str, Any]]:
        compacted: dict[str, Any] = {}
        plain: dict[str, Any] = {}
        for record in self._all():
            event = json.loads(record.value or b"")
            if record.topic == ASSET_METADATA.name:
                compacted[(record.key or b"").decode()] = without_clocks(event["data"])
            elif "specversion" in event:
                plain[event["id"]] = without_clocks(event["data"])
        return compacted, plain

    def _all(self) -> list[Record]:
        return [record for place in sorted(self.broker.logs) for record in self.broker.logs[place]]
