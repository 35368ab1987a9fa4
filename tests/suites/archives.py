"""A library of archived records with the topic that they are published on, and records to write."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from runtime.fence import Seen
from runtime.memory_broker import MemoryBroker, MemoryProducer
from runtime.objects import Bucket
from runtime.publisher import Publisher
from runtime.records import Draft, Records, facet_draft
from schemas.facet import Facet, facet_object


@dataclass
class Place:
    """A library on either store, and a topic in memory."""

    library: Bucket
    broker: MemoryBroker

    def writer(self) -> Records:
        """A process of its own."""
        return Records(self.library, Publisher(MemoryProducer(self.broker), "test"))

    def said(self) -> list[tuple[int, str]]:
        """(revision, content) in the order of the topic."""
        events = [json.loads(record.value or b"") for record in self.broker.records("asset.metadata")]
        return [(event["data"]["revision"], event["data"]["data"]["is"]) for event in events]


def draft(content: str, asset: str, seen: Seen | None = None) -> Draft[Facet]:
    """A facet that says `content`."""

    def make(revision: int) -> Facet:
        return Facet(
            asset_id=asset, version=1, facet="tags", revision=revision, status="done",
            written=datetime.now(UTC), data={"is": content},
        )  # fmt: skip

    return facet_draft(make, seen)


def path_of(asset: str) -> str:
    """Where its record is archived."""
    return facet_object(asset, 1, "tags")
