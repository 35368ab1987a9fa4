"""A file was moved in the inbox: the new name takes over the asset of the old one, with its id and its history.

Copy-then-delete and delete-then-create end alike: whichever job sees second that one name has gone and another has the
same bytes sends a job to the new name, whose job looks for itself whether it may. The asset that the new name began
meanwhile becomes *merged into* the one that moved.
"""

from datetime import datetime

from runtime.assets import read_facet
from runtime.objects import Bucket
from runtime.publisher import Outgoing
from runtime.records import Draft
from runtime.steps import step
from schemas.facet import Facet, facet_object
from schemas.file import FileFacet
from schemas.inbox import IngestJob
from services.ingest.announce import file_facet
from services.ingest.book import Book
from services.ingest.intake import job_event
from services.ingest.source import Source, Taken

MOST = 20
"""Bytes that more names than this share are a placeholder, not a picture that was moved."""


async def adoptions(source: Source, book: Book, library: Bucket) -> list[Outgoing]:
    """Jobs (`of` another name) by which a name takes over the asset of one that is gone; none where it is not clear."""
    others = await _with_the_same_bytes(source, book, library)
    if source.gone and not source.taken_away:
        found = []
    elif source.gone:
        heirs = [other for other in others if other.gone is None and _newer(other, source)]
        found = [(heirs[0].key, source.key)] if len(heirs) == 1 else []
    else:
        former = [other for other in others if other.taken_away and _newer(source, other)]
        found = [(source.key, former[0].key)] if len(former) == 1 else []
    jobs = [IngestJob(bucket=source.bucket, key=heir, of=old, reason="moved") for heir, old in found]
    return [job_event(job, job.of) for job in jobs]


async def adopted(job: IngestJob, bucket: Bucket, library: Bucket) -> Book:
    """Take over, if it still may; gives a book with the heir's record alone, for all that it has to say."""
    book = Book(library, job.bucket)
    old, heir = await book.read(job.of or ""), await book.read(job.key)
    ceded = _ceded(old, heir)
    if ceded is None and await _may(old, heir, book, bucket, library):
        ceded = old
        await book.write(heir.with_(adopting=old))  # so that the asset is in a record at every moment
        step("ingest.adopting")
        await book.write(old.with_(moved_to=heir.key))  # first: a new file under the old name begins a new asset
        step("ingest.moved-away")
        heir = await book.read(heir.key)
    if ceded is not None:
        merged_ids = [*heir.merged, heir.asset_id or ""]
        await book.write(_heir_of(ceded, heir).with_(merged=merged_ids, adopting=None))
        step("ingest.adopted")
    elif heir.adopting:
        await book.write(heir.with_(adopting=None))  # begun in an earlier life; the old name has come back since
    alone = Book(library, job.bucket)
    await alone.read(job.key)
    return alone


async def merged(heir: Source, library: Bucket, now: datetime) -> list[Draft[Facet]]:
    """What the short-lived assets say for the last time, when their heir is announced; nothing once they have ended."""
    file = heir.versions[-1].file.model_copy(update={"merged_into": heir.asset_id})
    told = Taken(number=1, file=file)
    there = [asset for asset in heir.merged if await library.head(facet_object(asset, 1, "file"))]
    return [file_facet(heir.with_(asset_id=asset, told=[], sidecar={}), told, now) for asset in there]


def _ceded(old: Source, heir: Source) -> Source | None:
    """The old record as it was, where an earlier life parted its name from it and came no further.

    From then on nothing else counts: whatever lies under the old name now is another asset, or will be.
    """
    began = heir.adopting
    return began if began and began.key == old.key and heir.key in (old.moved_to, old.ceded_to) else None


def _heir_of(old: Source, heir: Source) -> Source:
    """All versions of the old one, the last of them under the new name; it is announced, for names are evidence."""
    last = old.versions[-1]
    moved = heir.versions[-1].model_copy(update={"number": last.number, "announced": None})
    return heir.with_(asset_id=old.asset_id, versions=[*old.versions[:-1], moved]).with_told(*old.told)


async def _may(old: Source, heir: Source, book: Book, bucket: Bucket, library: Bucket) -> bool:
    """One gone name and one new name of the same bytes, about which nobody has decided anything."""
    if not old.taken_away or not old.owns or not heir.owns or heir.gone or not _newer(heir, old):
        return False
    if len(heir.versions) != 1 or _sha256(heir) is None or _sha256(heir) != _sha256(old):
        return False
    if await bucket.head(old.key) or not await bucket.head(heir.key):
        return False
    heirs = [o for o in await _with_the_same_bytes(old, book, library) if o.gone is None and _newer(o, old)]
    return [one.key for one in heirs] == [heir.key]


async def _with_the_same_bytes(source: Source, book: Book, library: Bucket) -> list[Source]:
    """Other names that own an asset of just these bytes, and that nobody has decided anything about unless gone."""
    sha256 = _sha256(source)
    if sha256 is None or not source.owns:
        return []
    refs = [info.key.split("/")[2:4] for info in await library.listing(f"refs/{sha256}/")]
    found: dict[str, Source] = {}
    for asset, version in refs if len(refs) <= MOST else []:
        facet = None if asset == source.asset_id else await read_facet(library, asset, int(version), "file")
        if facet is None:
            continue
        file = FileFacet.model_validate(facet.data)
        other = await book.read(file.key)
        if not other.owns or other.asset_id != asset or _sha256(other) != sha256 or file.bucket != source.bucket:
            continue
        if other.gone or (len(other.versions) == 1 and not await library.head(facet_object(asset, 0, "curation"))):
            found[other.key] = other
    return list(found.values())


def _newer(one: Source, other: Source) -> bool:
    """Stores may tell whole seconds. Of two names that came in the same one, the one that is there is the newer."""
    return one.versions[0].file.arrived >= other.versions[0].file.arrived


def _sha256(source: Source) -> str | None:
    return source.newest.file.sha256 if source.newest and not source.newest.refused else None
