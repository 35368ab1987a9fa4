"""Ingest on memory twins: files come in, jobs are done, and lives end where a test says so."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from runtime.objects import Bucket
from runtime.refusal import Refused
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.inbox import InboxHint, IngestJob
from schemas.topics import ASSET_INGESTED, INGEST_JOBS
from services.ingest import lists
from services.ingest.handler import Deps, handle
from services.ingest.profiles import Profiles
from services.ingest.source import Source, load
from services.ingest.waiting import Patience
from tests.fakes.steps import Steps, install
from tests.fakes.world import World

JPEG = b"\xff\xd8\xff\xe0"


def jpeg(content: str) -> bytes:
    """Bytes that sniff as a JPEG; every content another file."""
    return JPEG + content.encode()


def tiff(content: str) -> bytes:
    """The same as a TIFF, which is what most RAW is by its first bytes."""
    return b"II\x2a\x00" + content.encode()


async def read_list(path: Path) -> dict[str, Any]:
    """As in the cage."""
    return lists.read(path.read_bytes()).as_json()


@dataclass
class Ingest:
    """The service, with all that surrounds it. `spool` must be empty after each job."""

    world: World
    spool: Path
    asked: list[tuple[InboxHint, float]] = field(default_factory=list)
    """Hints that it wants later, with seconds."""
    stirred: list[int] = field(default_factory=list)
    """One for each time that it brought the sweep forward."""
    max_bytes: int = 1000
    masters: bool = True

    def deps(self, inbox: Bucket | None = None) -> Deps:
        """Of a new life."""
        bucket = inbox or self.world.inbox
        patience = Patience(still_s=5, empty_s=600)
        later = lambda hint, seconds: self.asked.append((hint, seconds))  # noqa: E731
        buckets = {bucket.name: bucket}
        probe, limit = self._probe, self.max_bytes
        parts = (buckets, self.world.library, self.spool, probe, read_list, later, patience, limit, self.masters)
        profile = Profiles(self.world.library).of
        return Deps(*parts, soon=lambda: self.stirred.append(1), profile=profile)

    async def _probe(self, path: Path, sidecar: bool) -> dict[str, Any]:
        """What stands in for the cage: a side-car's text is its title; a picture tells its length."""
        body = path.read_bytes()
        if b"crash" in body:
            raise Refused("The decoder crashed on this file.", "Export it again and drop it once more.")
        return {"title": body.decode()} if sidecar else {"length": len(body)}

    async def job(
        self,
        key: str,
        *,
        task: Literal["look", "announce", "removed"] = "look",
        version: int | None = None,
        separate: int | None = None,
        bucket: str = "inbox",
        inbox: Bucket | None = None,
    ) -> None:
        """Do one job, as the worker does; `inbox`: another view of that bucket."""
        job = IngestJob(bucket=bucket, key=key, task=task, version=version, separate=separate)
        await self.world.say(handle(job, self.deps(inbox)))
        assert list(self.spool.iterdir()) == []

    async def fan_out(self, key: str) -> list[IngestJob]:
        """A list's job, then all the jobs that it sends; returns these."""
        before = {event.id for event in self.world.events(INGEST_JOBS)}
        await self.job(key)
        events = [event for event in self.world.events(INGEST_JOBS) if event.id not in before]
        sent = [IngestJob.model_validate(event.data) for event in events]
        for job in sent:
            await self.world.say(handle(job, self.deps()))
        return sent

    async def source(self, key: str) -> Source:
        """What ingest knows of a name."""
        return (await load(self.world.library, "inbox", key))[0]

    async def hashes(self, key: str) -> list[str | None]:
        """Content hashes of its versions, oldest first."""
        return [taken.file.sha256 for taken in (await self.source(key)).versions]

    async def file(self, key: str, version: int = 1) -> Facet:
        """Its archived `file` facet."""
        found = await self.world.facet((await self.source(key)).asset_id or "", version, "file")
        assert found is not None
        return found

    @property
    def announced(self) -> list[AssetIngested]:
        """`asset.ingested`, as often as it was said."""
        return self.world.said(ASSET_INGESTED, AssetIngested)

    @property
    def announced_ids(self) -> set[str]:
        """Their event ids."""
        return {event.id for event in self.world.events(ASSET_INGESTED)}


@pytest.fixture
def ingest(tmp_path: Path) -> Ingest:
    """A new world with ingest in it."""
    return Ingest(World(), tmp_path)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """The step hook, not armed."""
    hook = Steps()
    install(monkeypatch, hook)
    return hook
