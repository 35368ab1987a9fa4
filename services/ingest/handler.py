"""A job: look at one name in the inbox, take what is not taken, say what is not said. Idempotent at every step."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from runtime.deliver import Saying
from runtime.objects import Bucket, Exists, Missing, ObjectInfo
from runtime.outage import Unavailable
from runtime.steps import step
from schemas.inbox import InboxHint, IngestJob
from services.ingest.announce import announcement, file_facet
from services.ingest.names import belongs, is_nothing, is_sidecar, stem
from services.ingest.sidecar import with_sidecars
from services.ingest.source import Source, Taken, listed, load, new_asset_id, remember, save
from services.ingest.take import Probe, keep, spool, take, too_large
from services.ingest.waiting import Patience, dated, look

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deps:
    """What the handler works with. `later(hint, seconds)` looks again; losing it is harmless, the sweep finds all."""

    buckets: dict[str, Bucket]
    library: Bucket
    folder: Path
    probe: Probe
    later: Callable[[InboxHint, float], None]
    patience: Patience
    max_bytes: int = 5_000_000_000
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


def handle(job: IngestJob, deps: Deps) -> Saying:
    """Bring one source up to date."""
    bucket = deps.buckets.get(job.bucket)
    if bucket is None or is_nothing(job.key):
        return _nothing()
    if is_sidecar(job.key):
        return _sidecar(job, bucket, deps)
    return _removed(job, bucket, deps) if job.task == "removed" else _source(job, bucket, deps)


async def _nothing() -> Saying:
    return
    yield  # makes it a generator


async def _removed(job: IngestJob, bucket: Bucket, deps: Deps) -> Saying:
    """The sweep says that it is gone: noted, once we have seen it ourselves. Nothing is removed from the library."""
    source, etag = await load(deps.library, job.bucket, job.key)
    if source.asset_id and source.gone is None and await bucket.head(job.key) is None:
        await _save(deps, source.with_(gone=deps.now()), etag)
    return
    yield  # makes it a generator


async def _source(job: IngestJob, bucket: Bucket, deps: Deps) -> Saying:
    source, etag = await load(deps.library, job.bucket, job.key)
    if job.task == "announce":
        source = source.with_(versions=[_unsaid(v) if v.number == job.version else v for v in source.versions])
    source, etag = await _take_all(source, etag, bucket, deps)
    for taken in source.versions:
        if taken.announced is not None:
            continue
        yield file_facet(source, taken, deps.now())
        step("ingest.facet-said")
        place = (-1, -1)
        if event := announcement(source, taken):
            place = (yield event) or place
        step("ingest.announced")
        source = source.with_(versions=[_said(v, place) if v.number == taken.number else v for v in source.versions])
        etag = await _save(deps, source, etag)
        step("ingest.marked")


def _unsaid(taken: Taken) -> Taken:
    return taken.model_copy(update={"announced": None})


def _said(taken: Taken, place: tuple[int, int]) -> Taken:
    return taken.model_copy(update={"announced": place})


async def _take_all(source: Source, etag: str | None, bucket: Bucket, deps: Deps) -> tuple[Source, str | None]:
    """Take every version that is not taken, oldest first; each is known before the next is looked at."""
    found = await bucket.versions(source.key)
    now, known = await bucket.now() if _young(found) else deps.now(), source.empty_since
    source, found = dated(source, found, now)
    if source.empty_since and known is None:
        etag = await _save(deps, source, etag)
    looked = look(source, found, now, deps.patience)
    if source.gone and found and not found[-1].deleted and not looked.take:
        source = source.with_(gone=None)  # its deletion was taken back: there is nothing new to take
        etag = await _save(deps, source, etag)
    for info in looked.take:
        source = source.with_(seen=remember(source.seen, found, info))
        source = (await _take_one(source, info, bucket, deps)).with_(current=listed(info))
        etag = await _save(deps, source, etag)
        step("ingest.known")
    if looked.wait_s is not None:
        deps.later(InboxHint(bucket=source.bucket, key=source.key, reason="timer"), looked.wait_s)
    return source, etag


def _young(found: list[ObjectInfo]) -> bool:
    """Whether the store's own clock matters: only plain and empty versions are waited for."""
    return any(info.size == 0 or info.version_id in ("", "null") for info in found)


async def _take_one(source: Source, info: ObjectInfo, bucket: Bucket, deps: Deps) -> Source:
    asset_id = source.asset_id or new_asset_id(source.bucket, source.key, info)
    newest = source.newest
    number = (newest.number if newest else 0) + 1
    if info.size > deps.max_bytes:
        if newest and newest.file.sha256 is None and source.current == listed(info):
            return source.with_(gone=None)  # it was refused unread before: the same again is no new version
        taken = too_large(bucket, info, number, deps.max_bytes)
        return source.with_(asset_id=asset_id, versions=[*source.versions, taken], gone=None)
    if not source.versions:
        source = await with_sidecars(source, bucket, deps.folder, deps.probe)
    try:
        async with spool(bucket, info, deps.folder) as spooled:
            if newest and newest.file.sha256 == spooled.sha256:
                return source.with_(gone=None)  # the same bytes again are no new version
            taken = await take(bucket, info, spooled, number, deps.probe)
            if not taken.refused:
                await keep(deps.library, asset_id, taken, spooled)
    except Missing:
        return source  # deleted between listing and reading: nothing was lost that anybody kept
    except Exists as changed:
        raise Unavailable(f"{source.key} was replaced while it was read") from changed
    return source.with_(asset_id=asset_id, versions=[*source.versions, taken], gone=None)


async def _sidecar(job: IngestJob, bucket: Bucket, deps: Deps) -> Saying:
    """A side-car came, changed or went: the pictures that it speaks of get a new revision of `file`."""
    for info in await bucket.listing(stem(job.key)):
        if not belongs(job.key, info.key) or is_nothing(info.key):
            continue
        source, etag = await load(deps.library, job.bucket, info.key)
        if not source.asset_id or source.newest is None:
            continue  # the picture was not taken yet; it looks for its side-car itself
        source = await with_sidecars(source, bucket, deps.folder, deps.probe)
        await _save(deps, source, etag)
        step("ingest.sidecar-known")
        yield file_facet(source, source.versions[-1], deps.now())  # the facet only: the same bytes are no new work


async def _save(deps: Deps, source: Source, etag: str | None) -> str:
    try:
        return await save(deps.library, source, etag)
    except Exists as error:  # a zombie of a former owner of the partition; read again and go on
        raise Unavailable(f"{source.key} was written by another process meanwhile") from error
