"""Retention takes out of the inbox what is safe in the library, after the days that a setting says. It marks first."""

from collections.abc import Collection
from datetime import datetime

from runtime.deliver import Saying
from runtime.objects import Bucket, ObjectInfo
from runtime.steps import step
from schemas.facet import facet_object
from schemas.inbox import IngestJob
from services.ingest.announce import file_facet
from services.ingest.arrivals import Deps
from services.ingest.book import Book
from services.ingest.names import belongs, stem
from services.ingest.sidecar import marks
from services.ingest.source import Source, listed, mark


def is_safe(owner: Source, key: str) -> bool:
    """Whether the bytes that lie under that name are kept as an original. Refused bytes stay in the inbox."""
    newest = next((taken for taken in reversed(owner.versions) if taken.file.key == key), None)
    companions = owner.master.file.companions if owner.master else []
    beside = next((one for one in companions if one.key == key), None)
    if beside is not None:
        return beside.sha256 is not None
    return newest is not None and not newest.refused


def is_over(
    source: Source, owner: Source, info: ObjectInfo, facets: Collection[str], answers: Collection[str], before: datetime
) -> bool:
    """Whether it may go: taken as it lies there, before that time, safe, said, and answered by all who answer."""
    master = owner.master
    if (
        info.modified >= before
        or source.current != listed(info)
        or master is None
        or master.announced is None
        or not owner.owns
    ):
        return False
    there = all(facet_object(owner.asset_id or "", master.number, name) in facets for name in answers)
    return there and is_safe(owner, source.key)


async def retire(job: IngestJob, bucket: Bucket, book: Book, deps: Deps) -> Saying:
    """The sweep found that it may go. What came since is not touched: the next look takes it."""
    source = await book.read(job.key)
    owner = await book.read(source.part_of) if source.part_of else source
    found = await bucket.versions(job.key)
    seen = set(source.seen)
    if not all(info.deleted or mark(info) in seen for info in found) or not is_safe(owner, job.key):
        return
    if (
        owner.master is None
        or not owner.owns
        or job.retire is None
        or any(info.modified >= job.retire for info in found)
    ):
        return
    now = deps.now()
    if source.out_since is None:
        owner = owner.with_(out=sorted({*owner.out, job.key}))
        if owner.key != source.key:
            await book.write(owner)
        source = (owner if owner.key == source.key else source).with_(out_since=now)
        await book.write(source)
        step("ingest.retire-known")
    owner = await book.read(owner.key)
    if owner.master:
        yield file_facet(owner, owner.master, now)
        step("ingest.retire-said")
    await _remove(bucket, found)
    step("ingest.retired")
    await book.write((await book.read(job.key)).with_(gone=now))
    await _sidecars(job.key, set(owner.sidecars), bucket)


async def _remove(bucket: Bucket, versions: list[ObjectInfo]) -> None:
    """Oldest first, so that no older one comes to light."""
    for info in versions:
        await (bucket.remove(info.key, info.version_id) if info.version_id else bucket.delete(info.key))


async def _sidecars(key: str, read: set[str], bucket: Bucket) -> None:
    """Those that speak of this file and of none that lies there still, and were read as they lie there."""
    beside = await bucket.listing(stem(key))
    for sidecar in [info for info in beside if belongs(info.key, key)]:
        if marks([sidecar])[0] in read and not any(belongs(sidecar.key, other.key) for other in beside):
            await _remove(bucket, await bucket.versions(sidecar.key))
