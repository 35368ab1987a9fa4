"""One round: look what refers to what, then remove by version id what is of no use and old, and end purged assets.

Safe beside working services: references are read before the versions are listed, only versions that are older than
the bound are removed, and who reuses an object over a day old writes the same bytes again.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from runtime import metrics
from runtime.objects import Bucket, ObjectInfo
from runtime.steps import step
from schemas.topics import ASSET_METADATA
from services.collector.judge import removable
from services.collector.references import Reader

log = logging.getLogger(__name__)
Tombstone = Callable[[str, str, str], Awaitable[None]]
"""(topic, key, partition key): writes a tombstone and waits for the acknowledgement."""


@dataclass
class Round:
    """What one round found."""

    versions: list[ObjectInfo] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    """Purged assets whose time is over."""

    @property
    def bytes(self) -> int:
        """Room that it gives back."""
        return sum(info.size for info in self.versions)


class Collector:
    """The only one who deletes from the library."""

    def __init__(self, library: Bucket, tombstone: Tombstone, keep: timedelta) -> None:
        self._library, self._tombstone, self._keep = library, tombstone, keep
        self._reader = Reader(library)

    async def look(self) -> Round:
        """What would be removed. Changes nothing."""
        now = await self._library.now()
        references = await self._reader.read(now - self._keep)
        step("collector.read")
        unwanted = list(removable(await self._library.history(""), references, now, self._keep))
        return Round(unwanted, references.dead, sorted(references.ended))

    async def collect(self) -> Round:
        """One round. Idempotent: a crash in the middle leaves the rest to the next one."""
        found = await self.look()
        for info in found.versions:
            await self._library.remove(info.key, info.version_id)
            metrics.COLLECTED.labels(info.key.partition("/")[0]).inc(info.size)
        step("collector.removed")
        for asset in found.ended:
            await self._end(asset)
        for key in found.references:
            await self._forget(key)
        if found.versions or found.ended:
            log.info("collector: %d versions, %d bytes, %d purged", len(found.versions), found.bytes, len(found.ended))
        return found

    async def _end(self, asset: str) -> None:
        """The log forgets a purged asset first, then the archive, the mark last: whoever crashes begins again."""
        for info in await self._library.listing(f"facets/{asset}/"):
            key = info.key.removeprefix("facets/").removesuffix(".json")
            await self._tombstone(ASSET_METADATA.name, key, asset)
            await self._forget(info.key)
        step("collector.tombstoned")
        await self._forget(f"purges/{asset}")

    async def _forget(self, key: str) -> None:
        for info in await self._library.versions(key):
            await self._library.remove(key, info.version_id)
