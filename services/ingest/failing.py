"""Our own error at one file: it is noted and said, so that nobody waits for it and nothing comes back to it for ever.

The sweep would ask for the file each minute, and each time a message would be buried, until these stop the worker at
all files. So it leaves a name alone for RESTED after it failed, unless something else lies there. A new drop, or a
person's retry, makes a job as always: jobs try again. A version that failed is skipped once a newer one lies over it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from runtime.deliver import Saying
from runtime.objects import Bucket, ObjectInfo
from runtime.records import Draft, facet_draft
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.inbox import IngestJob
from services.ingest.arrivals import Deps
from services.ingest.book import Book
from services.ingest.masters import family
from services.ingest.names import is_list, is_sidecar, stem
from services.ingest.source import Source, afresh, listed, mark, new_asset_id
from services.ingest.waiting import look

RESTED = timedelta(hours=6)
CURE = "Nothing is wrong with the file. Try again; if it happens again, tell the operator."


async def on_failure(job: IngestJob, error: BaseException, deps: Deps) -> Saying:
    """Before the job's message is buried: note at which name it failed, and say so of the file."""
    book, bucket = Book(deps.library, job.bucket), deps.buckets.get(job.bucket)
    key, info = job.key, None
    if bucket and not is_sidecar(job.key):
        for kin in await _family(job.key, bucket, deps):
            untaken = await _untaken(await book.read(kin), bucket, deps)
            if untaken:
                key, info = kin, untaken
                break
    source, there = await book.read(key), await bucket.head(key) if bucket else None
    noted = {"failed_at": await deps.library.now(), "failed_as": listed(there) if there else ""}
    if info:
        first = new_asset_id(job.bucket, key, info)
        asset = source.failed_asset or afresh(source).asset_id or first
        source = source.with_(failed=[*source.failed, mark(info)], failed_asset=asset)
    await book.write(source.with_(**noted))
    if draft := _facet(source, info, f"Our own error: {type(error).__name__}: {error}"[:500], deps.now()):
        yield draft


async def _family(key: str, bucket: Bucket, deps: Deps) -> list[str]:
    if not deps.masters or is_list(key):
        return [key]
    return family(key, [info.key for info in await bucket.listing(f"{stem(key)}.")])


async def _untaken(source: Source, bucket: Bucket, deps: Deps) -> ObjectInfo | None:
    """The version that the job came to and did not finish."""
    found = await bucket.versions(source.key)
    takes = look(source, found, await bucket.now(), deps.patience).take
    return next((info for info in takes if mark(info) not in source.failed), None)


def _facet(source: Source, info: ObjectInfo | None, cause: str, now: datetime) -> Draft[Facet] | None:
    """The version that is not taken, or taken and not said, as failed; what was done before stays done."""
    unsaid = next((taken for taken in reversed(source.versions) if taken.announced is None), None)
    if info and not source.part_of:
        asset_id, number = source.failed_asset, (source.newest.number if source.newest else 0) + 1
        number = number if source.asset_id == asset_id else 1
        file = FileFacet(
            bytes=info.size, bucket=source.bucket, key=info.key, version_id=info.version_id, arrived=info.modified
        )
    elif unsaid and source.owns:
        asset_id, number, file = source.asset_id, unsaid.number, unsaid.file
    else:
        return None

    def make(revision: int) -> Facet:
        return Facet(
            asset_id=asset_id or "",
            version=number,
            facet="file",
            revision=revision,
            status="failed",
            cause=cause,
            cure=CURE,
            written=now,
            data=file.model_dump(mode="json", exclude_none=True),
        )

    def kept(standing: Facet | None, revision: int) -> Facet:
        return standing if standing is not None and standing.status == "done" else make(revision)

    return replace(facet_draft(make), fold=kept)
