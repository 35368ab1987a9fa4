"""A person wants an older version back: its bytes become the newest version, as if they had been dropped once more.

The inbox is left as it is. What lies there was taken before, so no sweep takes it again; what is dropped there next is
the next version, be it the bytes that were restored away.
"""

from datetime import datetime

from runtime.objects import Bucket
from runtime.steps import step
from schemas.inbox import IngestJob
from services.ingest.book import Book
from services.ingest.source import Taken, hashes, next_number


async def restored(job: IngestJob, library: Bucket, now: datetime) -> Book:
    """The book with the asset's record; as it was where a later version has come, or the bytes are the newest anyway.

    Doing it again finds it done. Raises Unavailable.
    """
    book = Book(library, job.bucket)
    source = await book.read(job.key)
    owner = await book.read(source.part_of) if source.part_of else source
    old = next((one for one in owner.versions if one.number == job.restore and not one.refused), None)
    if owner.asset_id != job.asset or not owner.owns:
        return Book(library, job.bucket)
    newest = owner.newest
    if old is None or newest is None or newest.number != job.over or newest.file.sha256 == old.file.sha256:
        return book
    number = next_number(owner)
    file = old.file.model_copy(update={"restored": old.number, "taken_from": None, "arrived": now})
    for sha256 in hashes(file):
        await library.put(f"refs/{sha256}/{owner.asset_id}/{number}", b"")
    step("ingest.reference-kept")
    await book.write(owner.with_(versions=[*owner.versions, Taken(number=number, file=file, known=True)]))
    step("ingest.known")
    return book
