"""A version that a person calls a picture of its own: its bytes are version 1 of a new asset, under a derived source.

A camera's counter began anew, so one name brought two pictures. The name stays with the first; the second gets a record
of its own, in a bucket of records that no store has: no arrival and no removal of the name concerns it any more.
"""

import uuid

from runtime.objects import Bucket
from runtime.steps import step
from schemas.envelope import NAMESPACE
from schemas.inbox import IngestJob
from services.ingest.book import Book
from services.ingest.source import Source

DERIVED = "#separate"
"""Ends the bucket's name in derived records; no bucket may be called so."""


def is_derived(bucket: str) -> bool:
    """Whether a job is about a record that was derived, and so about no object in the inbox."""
    return bucket.endswith(DERIVED)


async def separated(job: IngestJob, library: Bucket) -> Book:
    """The book with the new picture's record; an empty one where there is no such version. Doing it again finds it.

    Raises Unavailable.
    """
    book = Book(library, f"{job.bucket}{DERIVED}")
    source = await owner(job, library)
    taken = next((one for one in source.versions if one.number == job.separate and not one.refused), None)
    if taken is None or taken.file.sha256 is None:
        return book
    key = f"{source.key}#{taken.number}"
    derived = await book.read(key)
    if derived.asset_id is None:
        asset_id = str(uuid.uuid5(NAMESPACE, f"{job.bucket}{DERIVED}/{key}"))
        await library.put(f"refs/{taken.file.sha256}/{asset_id}/1", b"")
        step("ingest.reference-kept")
        first = taken.model_copy(update={"number": 1, "announced": None})
        await book.write(derived.with_(asset_id=asset_id, versions=[first], sidecar=source.sidecar))
        step("ingest.known")
    if all(one.file.sha256 != taken.file.sha256 for one in source.versions if one.number != taken.number):
        # The bytes are the new picture's alone: whoever purges it purges them.
        await library.delete(f"refs/{taken.file.sha256}/{source.asset_id}/{taken.number}")
    return book


async def owner(job: IngestJob, library: Bucket) -> Source:
    """The record whose asset it is."""
    book = Book(library, job.bucket)
    source = await book.read(job.key)
    return await book.read(source.part_of) if source.part_of else source
