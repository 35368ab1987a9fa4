"""Ingest with its sweep, for tests: what it looks at, how far its readers have come, and doing what it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from runtime.memory_store import MemoryBucket
from runtime.objects import Stored
from schemas.facet import facet_object
from services.ingest.removals import Guard
from services.ingest.sweep import Drift, Sweep
from tests.unit.ingest.conftest import Ingest, jpeg


@dataclass
class Groups:
    """How far render and tagger have come, everywhere."""

    passed: dict[str, int] = field(default_factory=lambda: {"render": 0, "tagger": 0})

    async def __call__(self, group: str) -> Mapping[int, int]:
        return dict.fromkeys(range(4), self.passed[group])


class Counting(MemoryBucket):
    """Counts the objects that are read."""

    reads = 0

    async def get(self, key: str) -> Stored | None:
        """See `Bucket.get`."""
        self.reads += 1
        return await super().get(key)


@dataclass
class Swept:
    """Ingest with its sweep, and a way to do what the sweep asks for."""

    ingest: Ingest
    groups: Groups
    sweep: Sweep

    async def put(self, *keys: str) -> None:
        for key in keys:
            await self.ingest.world.inbox.put(key, jpeg(key))

    async def take(self, *keys: str) -> None:
        await self.put(*keys)
        for key in keys:
            await self.ingest.job(key)

    async def delete(self, *keys: str) -> None:
        for key in keys:
            await self.ingest.world.inbox.delete(key)

    async def answer(self, key: str, *facets: str) -> None:
        asset = (await self.ingest.source(key)).asset_id or ""
        for name in facets:
            await self.ingest.world.library.put(facet_object(asset, 1, name), b"{}")

    async def repair(self) -> Drift:
        """Look, and do all that is found."""
        drift = await self.sweep.look()
        for hint in drift.missed:
            await self.ingest.job(hint.key)
        for job in (*drift.unanswered, *drift.removed):
            await self.ingest.job(job.key, task=job.task, version=job.version)
        return drift

    async def calm(self) -> bool:
        """Whether another look finds nothing."""
        return await self.sweep.look() == Drift()


def missed(drift: Drift) -> list[str]:
    return [hint.key for hint in drift.missed]


def held_back(drift: Drift) -> dict[str, int]:
    return {folder: len(jobs) for folder, jobs in drift.held_back.items()}


def sweeping(ingest: Ingest) -> Swept:
    """A sweep over ingest's buckets; what it reads in the library is counted."""
    ingest.world.library = Counting("library")
    ingest.world.__post_init__()
    groups = Groups()
    return Swept(ingest, groups, Sweep(ingest.world.inbox, ingest.world.library, groups, Guard(0.05, 20)))
