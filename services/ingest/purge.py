"""A person purged an asset: what comes under its name from now on is another one. A purge can be taken back."""

from datetime import datetime

from runtime.deliver import Saying
from runtime.objects import Bucket
from runtime.steps import step
from schemas.inbox import IngestJob
from services.ingest.book import Book
from services.ingest.editions import asleep, parts_asleep
from services.ingest.separate import DERIVED
from services.ingest.source import PURGED, Source


async def purge(job: IngestJob, library: Bucket, now: datetime) -> Saying:
    """Part the name from the asset, or give it back where nothing else has come meanwhile."""
    book = Book(library, job.bucket)
    source = await book.read(job.key)
    owner = await book.read(source.part_of) if source.part_of else source
    if owner.asset_id != job.asset:
        book = Book(library, f"{job.bucket}{DERIVED}")
        owner = await _separate(owner, job, book)
    wanted, before = (PURGED, None) if job.purged else (None, PURGED)
    if owner.asset_id == job.asset and owner.moved_to == before:
        await book.write(owner.with_(moved_to=wanted))
        step("ingest.parted")
    if owner.asset_id == job.asset:
        for part in await parts_asleep(owner, book):  # what sleeps in it ends with it, and is back with it
            yield await asleep(part, book, now, gone=bool(job.purged))


async def _separate(first: Source, job: IngestJob, book: Book) -> Source:
    """The record of a picture that was made a separate one of that name; the name's own where it is none of these."""
    for taken in first.versions:
        derived = await book.read(f"{first.key}#{taken.number}")
        if derived.asset_id == job.asset:
            return derived
    return first
