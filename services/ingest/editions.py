"""A person calls one asset's picture a newer edition of another's: it becomes its newest version, until it goes back.

Its names stay sources, of the asset that it joined: what comes under them is the next version of that. The asset that
it had been sleeps, with all that was found and decided about it, until the two are split again.
"""

from datetime import datetime

from runtime.assets import read_facet, standing
from runtime.objects import Bucket
from runtime.records import Draft
from runtime.steps import step
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.inbox import IngestJob
from services.ingest.announce import file_facet
from services.ingest.book import Book
from services.ingest.source import Source, Taken, hashes, next_number


async def joined(job: IngestJob, library: Bucket) -> Book:
    """The book with both records, the asset that goes on first; an empty one where they may not be joined (or split).

    Doing it again changes nothing. Raises Unavailable.
    """
    book = Book(library, job.bucket)
    owner, edition = await book.read(job.key), job.edition or ""
    owner = await book.read(owner.part_of) if owner.part_of else owner
    part = await _part(owner, edition, book)
    if owner.asset_id != job.asset or not owner.owns or owner.asset_id == edition:
        return Book(library, job.bucket)
    if job.apart:
        if part:
            await _split(owner, part, book, library)
        else:
            await _own(edition, book, library)  # split in an earlier life, which may not have said it
        return book
    part = part or await _own(edition, book, library)
    if part is None or (part.former is None and not await _may(part, owner, book)):
        return Book(library, job.bucket)
    if part.former is None:
        await _join(owner, part, book, library)
    return book


async def asleep(part: Source, book: Book, now: datetime, *, gone: bool = False) -> Draft[Facet]:
    """What the asset that a part had been says last: who goes on with it. gone: that one was purged, and it with it."""
    owner = await book.read(part.part_of or "")
    assert part.former is not None and part.former.master is not None  # noqa: S101 - `_may` asked
    said = {"merged_into" if gone else "edition_of": owner.asset_id}
    last = part.former.master
    return file_facet(part.former, last.model_copy(update={"file": last.file.model_copy(update=said)}), now)


async def parts_asleep(owner: Source, book: Book) -> list[Source]:
    """The records of the names whose assets sleep in this one."""
    return [part for part in [await book.read(key) for key in owner.parts] if part.former]


async def _part(owner: Source, edition: str, book: Book) -> Source | None:
    """The record of a name of the owner that is, or was until just now, that of the other asset."""
    for part in [await book.read(key) for key in owner.parts]:
        if edition in (part.asset_id, part.former.asset_id if part.former else None):
            return part
    return None


async def _own(edition: str, book: Book, library: Bucket) -> Source | None:
    """The record that owns the other asset, found by what its newest version was called."""
    number = (await standing(library, edition)).newest
    facet = await read_facet(library, edition, number, "file") if number else None
    if facet is None:
        return None
    source = await book.read(FileFacet.model_validate(facet.data).key)
    source = await book.read(source.part_of) if source.part_of else source
    return source if source.asset_id == edition else None


async def _may(part: Source, owner: Source, book: Book) -> bool:
    """One that has editions of its own stays what it is: split these first."""
    return part.owns and part.master is not None and part.key != owner.key and not await parts_asleep(part, book)


async def _join(owner: Source, part: Source, book: Book, library: Bucket) -> None:
    """First the owner, so that the picture is in a record at every moment."""
    last = part.master
    assert last is not None  # noqa: S101 - `_may` asked
    known = {one.file.sha256 for one in owner.versions if one.file.taken_from == part.asset_id}
    if last.file.sha256 not in known:
        number, file = next_number(owner), last.file.model_copy(update={"taken_from": part.asset_id})
        for sha256 in hashes(file):
            await library.put(f"refs/{sha256}/{owner.asset_id}/{number}", b"")
        step("ingest.reference-kept")
        owner = owner.with_(versions=[*owner.versions, Taken(number=number, file=file, known=True)])
    out, removed = sorted({*owner.out, *part.out}), sorted({*owner.removed, *part.removed})
    names = [one for one in part.keys if one not in owner.parts]
    await book.write(owner.with_(parts=[*owner.parts, *names], out=out, removed=removed).with_told(*part.told))
    step("ingest.edition-known")
    for key in part.parts:
        await book.write((await book.read(key)).with_(part_of=owner.key))
    former = part.with_(versions=[_unsaid(one) if one == last else one for one in part.versions])
    blank = Source(bucket=part.bucket, key=part.key)
    kept = {name: getattr(part, name) for name in ("seen", "unsafe", "current", "told", "gone", "out_since")}
    await book.write(blank.with_(part_of=owner.key, former=former, **kept))
    step("ingest.edition-joined")


async def _split(owner: Source, part: Source, book: Book, library: Bucket) -> None:
    """The part's asset wakes, with what came under its names meanwhile; the owner keeps its numbers and the rest."""
    edition = part.former.asset_id if part.former else part.asset_id
    ours = [one for one in owner.versions if one.file.taken_from == edition]
    if part.former is not None:
        part = await _woken(part, part.former, ours, owner, book, library)
    for key in part.parts:
        await book.write((await book.read(key)).with_(part_of=part.key))
    step("ingest.edition-split")
    left = {name: [key for key in getattr(owner, name) if key not in part.keys] for name in ("parts", "out", "removed")}
    told = [one for one in owner.told if one.about not in part.keys]
    rest = [one for one in owner.versions if one not in ours]
    for one in ours:
        for sha256 in hashes(one.file):
            await library.delete(f"refs/{sha256}/{owner.asset_id}/{one.number}")
    await book.write(owner.with_(**left, told=told, versions=rest, counted=next_number(owner) - 1))
    step("ingest.edition-let-go")


async def _woken(part: Source, former: Source, ours: list[Taken], owner: Source, book: Book, library: Bucket) -> Source:
    """Its record again: its own versions (the last is said anew), then those that the owner got by its names."""
    versions, known = list(former.versions), {one.file.sha256 for one in former.versions}
    for one in [one for one in ours if one.file.sha256 not in known]:
        number = versions[-1].number + 1
        file = one.file.model_copy(update={"taken_from": None})
        for sha256 in hashes(file):
            await library.put(f"refs/{sha256}/{former.asset_id}/{number}", b"")
        versions.append(one.model_copy(update={"number": number, "file": file, "announced": None}))
    last = former.master
    versions = [_unsaid(one) if last and one.number == last.number else one for one in versions]
    kept = {name: getattr(former, name) for name in ("asset_id", "parts", "sidecar", "merged", "counted")}
    gone = {name: [key for key in former.keys if key in getattr(owner, name)] for name in ("out", "removed")}
    woken = part.with_(part_of=None, former=None, versions=versions, sidecars=[], **kept, **gone)
    await book.write(woken)
    step("ingest.edition-woken")
    return woken


def _unsaid(taken: Taken) -> Taken:
    return taken.model_copy(update={"announced": None})
