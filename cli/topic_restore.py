"""Fills the compacted topics from the archive, where Kafka has lost what it held.

What was on its way (jobs, decisions that nobody had folded yet) went with Kafka. Files and facets are in the store: the
marks of what was announced are set so that the next sweep announces again whatever lacks a facet.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from cli.trouble import Trouble
from runtime import latest
from runtime.bundles import bundled
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.objects import Bucket
from runtime.publisher import Outgoing, Publisher
from schemas.facet import Facet
from schemas.topics import PRODUCT_MEDIA, SHOOTS, TOPICS, Topic
from services.catalog import rebuild
from services.ingest.source import Source, Taken, save

ARCHIVE = {**rebuild.ARCHIVE, "shoots/": SHOOTS}
"""Folder of the library → the topic whose records it keeps."""
BATCH = 200
TOLD = -2
"""Offset in the mark of what the lost Kafka had been told: older than all that a group may have done since."""


async def require_empty(settings: Settings) -> None:
    """Raises Trouble where a compacted topic holds something: then Kafka has lost nothing."""
    for topic in TOPICS:
        if topic.compacted:
            async for key, _ in latest.records(settings, topic.name):
                raise Trouble(
                    f"{topic.name} is not empty (it has {key}): this Kafka did not lose its topics.",
                    "To fill a view anew: `packshot rebuild --from topic`.",
                )


async def restore(settings: Settings, library: Bucket) -> int:
    """Publish every archived record; returns how many. Twice is as good as once. Raises Unavailable, Trouble."""
    producer = KafkaProducer(settings)
    await producer.start()
    try:
        publisher, count = Publisher(producer, "cli"), 0
        for prefix, topic in ARCHIVE.items():
            async for batch in _archived(library, prefix, topic):
                await publisher.publish_all(batch)
                count += len(batch)
    finally:
        await producer.stop()
    await _announce_again(library)
    return count


async def _archived(library: Bucket, prefix: str, topic: Topic) -> AsyncIterator[list[Outgoing]]:
    async def read(path: str) -> Outgoing | None:
        stored = await library.get(path)
        return None if stored is None else _said(topic, topic.model.model_validate_json(stored.body))

    async for lines in bundled(library, topic.name):  # what changed since comes after them
        yield [_said(topic, topic.model.model_validate_json(line)) for line in lines.values()]
    async for found in _all(library, prefix, read):
        yield [one for one in found if one]


def _said(topic: Topic, record: Any) -> Outgoing:
    """As its writer publishes it, under the same event id."""
    key = {PRODUCT_MEDIA.name: "sku", SHOOTS.name: "folder"}.get(topic.name, "key")
    name = str(getattr(record, key))
    by = record.asset_id if isinstance(record, Facet) else None
    return Outgoing(topic, name, record, (name, record.revision), by)


async def _announce_again(library: Bucket) -> None:
    """The offsets in the marks are those of a log that is gone."""

    async def mark(path: str) -> None:
        if stored := await library.get(path):
            source = Source.model_validate_json(stored.body)
            versions = [_marked(taken) for taken in source.versions]
            if versions != source.versions:
                await save(library, source.model_copy(update={"versions": versions}), stored.etag)

    async for _ in _all(library, "sources/", mark):
        pass


def _marked(taken: Taken) -> Taken:
    return taken if taken.announced is None else taken.model_copy(update={"announced": (taken.announced[0], TOLD)})


async def _all(library: Bucket, prefix: str, do: Callable[[str], Awaitable[Any]]) -> AsyncIterator[list[Any]]:
    """What `do` makes of each record below the prefix, so many at once."""
    paths = [info.key for info in await library.listing(prefix) if info.key.endswith(".json")]
    for start in range(0, len(paths), BATCH):
        yield list(await asyncio.gather(*map(do, paths[start : start + BATCH])))
