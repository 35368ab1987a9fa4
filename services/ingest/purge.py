"""A person purged an asset: what comes under its name from now on is another one. A purge can be taken back."""

from runtime.deliver import Saying
from runtime.steps import step
from schemas.inbox import IngestJob
from services.ingest.book import Book
from services.ingest.source import PURGED


async def purge(job: IngestJob, book: Book) -> Saying:
    """Part the name from the asset, or give it back where nothing else has come meanwhile."""
    source = await book.read(job.key)
    owner = await book.read(source.part_of) if source.part_of else source
    wanted, now = (PURGED, None) if job.purged else (None, PURGED)
    if owner.asset_id == job.asset and owner.moved_to == now:
        await book.write(owner.with_(moved_to=wanted))
        step("ingest.parted")
    return
    yield  # makes it a generator
