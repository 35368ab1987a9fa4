"""One round: end what was purged long ago, then remove by version id what is of no use and old.

Safe beside working services: only versions older than the bound are removed, and who begins to refer to an object over
a day old writes the same bytes again first (`runtime/reuse.py`). The library is read shard by shard: a round's memory
does not grow with it.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from runtime import metrics
from runtime.objects import Bucket, ObjectInfo
from runtime.steps import step
from services.collector.aged import FEEDS, runs_of_feeds, sent_folders
from services.collector.ending import Ending
from services.collector.judge import removable
from services.collector.references import content_of, named, owners, rendition_of

log = logging.getLogger(__name__)
SHARDS = tuple(f"{number:02x}" for number in range(256))
"""Hashes and asset ids begin so."""
BY_CONTENT = ("originals", "vectors", "text")
"""Named by the hash of the content that they are, or were made of; wanted while somebody refers to it."""
BY_SHARD = ("facets", "sources", "refs")
WHOLE = ("deliveries", "drops", "facts", "media", "pim", "products", "purges", "rounds", "taught", "verdicts")
"""Records: of these only what was replaced or removed goes. `history/` is never touched; for `sent/` and `feeds/` see
aged.py."""
SIZES = "sizes"
"""What delivery made when it was asked for: nobody names it, and what is still asked for is written again each day."""


@dataclass
class Round:
    """What one round did, or would do."""

    ended: list[str] = field(default_factory=list)
    objects: dict[str, int] = field(default_factory=dict)
    """Kind of object → how many versions."""
    bytes: int = 0

    def count(self, info: ObjectInfo) -> None:
        """One version more."""
        kind = info.key.partition("/")[0]
        self.objects[kind] = self.objects.get(kind, 0) + 1
        self.bytes += info.size


class Collector:
    """The only one who deletes from the library."""

    def __init__(self, library: Bucket, ending: Ending, keep: timedelta) -> None:
        self._library, self._ending, self._keep = library, ending, keep

    async def collect(self, *, dry: bool = False) -> Round:
        """One round; `dry` only tells. Idempotent: a crash in the middle leaves the rest to the next one."""
        done, now = Round(), await self._library.now()
        for mark in await self._library.listing("purges/"):
            asset = mark.key.partition("/")[2]
            if await self._ending.may(asset, now - self._keep):  # asked of each just before it ends
                done.ended.append(asset)
                if not dry:
                    await self._ending.end(asset)
        step("collector.ended")
        async for info in self.unwanted(now):
            done.count(info)
            if not dry:
                await self._library.remove(info.key, info.version_id)
                metrics.COLLECTED.labels(info.key.partition("/")[0]).inc(info.size)
                step("collector.removed")
        if done.objects or done.ended:
            log.info("collector: %s versions, %d bytes, %d assets ended", done.objects, done.bytes, len(done.ended))
        return done

    async def unwanted(self, now: datetime) -> AsyncIterator[ObjectInfo]:
        """Versions that may go, as things stood when their shard was read."""
        for shard in SHARDS:
            async for info in self._content(shard, now):
                yield info
            for kind in BY_SHARD:
                for info in self._old(await self._library.history(f"{kind}/{shard}"), now):
                    yield info
        for kind in WHOLE:
            for info in self._old(await self._library.history(f"{kind}/"), now):
                yield info
        async for info in self._aged(now):
            yield info

    async def _aged(self, now: datetime) -> AsyncIterator[ObjectInfo]:
        """What was sent, and given, longer ago than anybody reads."""
        for folder in sent_folders(now):
            for info in removable(await self._library.history(folder), lambda _: False, now, self._keep):
                yield info
        async for run, stays in runs_of_feeds(self._library.histories(FEEDS), now):
            kept = {one.key for one in run if stays}
            for info in removable(run, kept.__contains__, now, self._keep):
                yield info

    def _old(self, history: list[ObjectInfo], now: datetime) -> list[ObjectInfo]:
        return list(removable(history, lambda _: True, now, self._keep))

    async def _content(self, shard: str, now: datetime) -> AsyncIterator[ObjectInfo]:
        """References are read first, facets last: what is written meanwhile is younger than anything removed."""
        owning = await owners(self._library, shard)
        step("collector.read")
        for kind in BY_CONTENT:
            history = await self._library.history(f"{kind}/{shard}")
            held = kind == "originals"
            for info in removable(history, lambda key: content_of(key) in owning, now, self._keep, never_deleted=held):
                yield info
        history = await self._library.history(f"renditions/{shard}")
        old = {content_of(info.key) for info in history if now - info.modified > self._keep}
        names = {name for sha256 in old & owning.keys() for name in await named(self._library, owning[sha256])}
        for info in removable(history, lambda key: rendition_of(key) in names, now, self._keep):
            yield info
        for info in removable(await self._library.history(f"{SIZES}/{shard}"), lambda _: False, now, self._keep):
            yield info
