"""Follows `asset.metadata` and `product.media` from their beginning: what has become of each file that was dropped."""

import asyncio
import time
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from cli.feed import Put
from cli.trouble import Trouble
from schemas.envelope import Event
from schemas.facet import Facet
from schemas.product import ProductMedia
from schemas.rendition import FIRST
from schemas.topics import ASSET_METADATA, PRODUCT_MEDIA
from services.curator.heads import Version, state
from services.ingest.names import is_list, is_sidecar

FINAL = ("ready", "complete", "refused", "failed")


@dataclass
class Seen:
    """One version of an asset: its facets and when each was published (seconds since the epoch)."""

    facets: dict[str, Facet] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """working, refused, failed, ready or complete."""
        version = Version({})
        for facet in self.facets.values():
            version = version.with_(facet)
        return state(version.facets)

    def since(self, name: str, began: float) -> float | None:
        """Seconds from `began` to that facet; None where it is older or not there."""
        at = self.times.get(name)
        return None if at is None or at < began else at - began

    def ready_after(self, began: float) -> float | None:
        """Seconds from `began` until the last facet that *ready* needs."""
        parts = [self.since(name, began) for name in ("file", "renditions", "tags", "links")]
        found = [part for part in parts if part is not None]
        return max(found) if len(found) == len(parts) else None


class Watch:
    """Keeps what the topics say of the keys that were dropped."""

    def __init__(self, kafka: str, bucket: str) -> None:
        self._kafka, self._bucket = kafka, bucket
        self._versions: dict[tuple[str, int], Seen] = {}
        self._of_key: dict[tuple[str, str], tuple[str, int]] = {}
        self._companions: set[tuple[str, str]] = set()
        self.key_of: dict[str, str] = {}
        self.media: dict[str, ProductMedia] = {}

    def seen(self, put: Put) -> Seen | None:
        """What is known of exactly these bytes under this name, or of a file that was never read: see `_unread`."""
        place = self._of_key.get((put.key, put.sha256))
        return self._versions.get(place) if place else self._unread(put)

    def _unread(self, put: Put) -> Seen | None:
        """A version that ingest could not hash, because it is too large or we failed: known by size and time alone."""
        seen = self._versions.get(self._of_key.get((put.key, ""), ("", 0)))
        file = seen.facets["file"] if seen else None
        if seen is None or file is None or file.data.get("sha256") or file.data.get("bytes") != put.size:
            return None
        return seen if seen.times["file"] >= put.began else None

    def state(self, put: Put) -> str:
        """State of a dropped file; `waiting` before ingest has said anything. Of a companion that of its master."""
        seen = self.seen(put)
        if seen is None and speaks_of_others(put.key):
            return "complete"
        return seen.state if seen else "waiting"

    def is_asset(self, put: Put) -> bool:
        """Whether it counts for itself. Side-cars, good lists and companions belong to other files' assets."""
        if self.seen(put) is None:
            return not speaks_of_others(put.key)
        return (put.key, put.sha256) not in self._companions

    async def follow(self, stopping: asyncio.Event) -> None:
        """Read until `stopping`. Raises Trouble when Kafka goes away."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._kafka, enable_auto_commit=False, fetch_max_wait_ms=100)
        try:
            await consumer.start()
            places = [
                TopicPartition(topic.name, number)
                for topic in (ASSET_METADATA, PRODUCT_MEDIA)
                for number in sorted(await _partitions(consumer, topic.name))
            ]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            while not stopping.is_set():
                for place, records in (await consumer.getmany(timeout_ms=200)).items():
                    for record in records:
                        if record.value:
                            self._take(place.topic, Event.model_validate_json(record.value), record.timestamp / 1000)
        except KafkaError as error:
            raise Trouble(f"Kafka does not answer: {error}", "See `packshot logs kafka`.") from error
        finally:
            await consumer.stop()

    def _take(self, topic: str, event: Event, at: float) -> None:
        if topic == PRODUCT_MEDIA.name:
            media = ProductMedia.model_validate(event.data)
            self.media[media.sku] = media
            return
        facet = Facet.model_validate(event.data)
        if facet.version == 0:
            return
        place = (facet.asset_id, facet.version)
        seen = self._versions.setdefault(place, Seen())
        known = seen.facets.get(facet.facet)
        if known is None or known.revision <= facet.revision:
            seen.times.setdefault(facet.facet, at)
            seen.facets[facet.facet] = facet
        if facet.facet == "file" and facet.data.get("bucket") == self._bucket:
            key, sha256 = facet.data["key"], facet.data.get("sha256") or ""
            self._of_key[key, sha256] = place
            self.key_of[facet.asset_id] = key
            self._companions.discard((key, sha256))
            for one in facet.data.get("companions", []):
                beside = one["key"], one.get("sha256", "")
                self._of_key[beside] = place
                self._companions.add(beside)


def speaks_of_others(key: str) -> bool:
    """Whether it is a side-car or a list: a list becomes an asset only where something is wrong with it."""
    return is_sidecar(key) or is_list(key)


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        await consumer._client.force_metadata_update()
        found = consumer.partitions_for_topic(topic)
        if found:
            return set(found)
        await asyncio.sleep(0.1)
    raise Trouble(f"The topic {topic} is not there.", "Run `packshot topics apply`.")


__all__ = ["FINAL", "FIRST", "Seen", "Watch"]
