"""Retention takes out of the inbox what is safe in the library, after the days that a setting says. It marks first."""

from runtime.deliver import Saying
from runtime.objects import Bucket, ObjectInfo
from runtime.steps import step
from schemas.inbox import IngestJob
from services.ingest.announce import file_facet
from services.ingest.answers import is_answered
from services.ingest.arrivals import Deps
from services.ingest.book import Book
from services.ingest.names import belongs, stem
from services.ingest.sidecar import marks
from services.ingest.source import Source, is_safe, mark


def _all_safe(source: Source, found: list[ObjectInfo]) -> bool:
    """Whether each version under the name was taken and is kept. An empty one that was superseded held nothing."""
    seen, unsafe = set(source.seen), set(source.unsafe)
    for info in found:
        empty = info.size == 0 and info is not found[-1]
        if not info.deleted and (mark(info) in unsafe or (mark(info) not in seen and not empty)):
            return False
    return True


async def retire(job: IngestJob, bucket: Bucket, book: Book, deps: Deps) -> Saying:
    """The sweep found that it may go. What came since is not touched: the next look takes it."""
    source = await book.read(job.key)
    owner = await book.read(source.part_of) if source.part_of else source
    found = await bucket.versions(job.key)
    if not _all_safe(source, found) or not is_safe(owner, job.key):
        return
    if (
        owner.master is None
        or not owner.owns
        or job.retire is None
        or any(info.modified >= job.retire for info in found)
    ):
        return
    if not await is_answered(deps.library, owner.asset_id or "", owner.master.number):
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
    done = {mark(info) for info in found}
    there = await bucket.versions(job.key)  # once more: SFTP and WebDAV write over a `null` version in place
    await _remove(bucket, [info for info in there if mark(info) in done])
    step("ingest.retired")
    if any(mark(info) not in done and not info.deleted for info in there):
        return  # somebody dropped it again meanwhile: its own job takes that, and notes that nothing is out
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
