"""A job: look at one name in the inbox, take what is not taken, say what is not said. Idempotent at every step."""

from collections.abc import Awaitable, Callable

from runtime.deliver import Saying
from runtime.objects import Bucket
from runtime.steps import step
from schemas.inbox import IngestJob
from services.ingest.adopt import adopted, adoptions, merged
from services.ingest.announce import announcement, file_facet
from services.ingest.arrivals import Arrivals, Deps
from services.ingest.book import Book
from services.ingest.editions import asleep, joined
from services.ingest.fanout import look_at_list
from services.ingest.intake import job_event
from services.ingest.names import belongs, is_list, is_nothing, is_sidecar, stem
from services.ingest.purge import purge
from services.ingest.restore import restored
from services.ingest.retention import retire
from services.ingest.separate import is_derived, separated
from services.ingest.sidecar import beside_all, with_sidecars
from services.ingest.source import Source, Taken, Told, mark

__all__ = ["Deps", "handle"]


def handle(job: IngestJob, deps: Deps) -> Saying:
    """Bring one source up to date."""
    if job.edition is not None:
        return _untold(lambda: joined(job, deps.library), deps)
    if job.restore is not None:
        return _untold(lambda: restored(job, deps.library, deps.now()), deps)
    if job.separate is not None:
        return _untold(lambda: separated(job, deps.library), deps)
    if job.purged is not None:
        return purge(job, deps.library, deps.now())
    if is_derived(job.bucket):
        return _untold(lambda: _noted(job, Book(deps.library, job.bucket)), deps)
    bucket = deps.buckets.get(job.bucket)
    if bucket is None or is_nothing(job.key):
        return _nothing()
    book = Book(deps.library, job.bucket)
    if is_sidecar(job.key):
        return _sidecar(job, bucket, book, deps)
    if is_list(job.key):
        return look_at_list(job.key, bucket, book, deps)
    return _file(job, bucket, book, deps)


def _file(job: IngestJob, bucket: Bucket, book: Book, deps: Deps) -> Saying:
    """A job about a file that may be an asset."""
    if job.retire is not None:
        return retire(job, bucket, book, deps)
    if job.by is not None:
        return _describe(job, book, deps)
    if job.of is not None:
        return _untold(lambda: adopted(job, bucket, deps.library), deps)
    if job.task == "removed":
        return _removed(job, bucket, book, deps)
    return _untold(lambda: _arrived(job, bucket, book, deps), deps)


async def _nothing() -> Saying:
    return
    yield  # makes it a generator


async def _removed(job: IngestJob, bucket: Bucket, book: Book, deps: Deps) -> Saying:
    """The sweep says that it is gone: noted and told, once we have seen it ourselves. The library keeps everything.

    What was put before it was deleted, and never taken, is taken first; then the sweep says again that it is gone.
    """
    source = await book.read(job.key)
    if not (source.asset_id or source.part_of) or await bucket.head(job.key) is not None:
        return
    if untaken := (await Arrivals(bucket, book, deps).look(job.key)).take:
        yield job_event(IngestJob(bucket=job.bucket, key=job.key, reason="removed"), mark(untaken[-1]))
        return
    source = await book.read(job.key)
    owner = await _noted_gone(source, book, deps)
    if job.key in owner.removed and owner.newest and owner.owns:
        yield file_facet(owner, owner.newest, deps.now())
        step("ingest.removal-said")
    for event in await adoptions(await book.read(job.key), book, deps.library):
        yield event


async def _noted_gone(source: Source, book: Book, deps: Deps) -> Source:
    """The record that owns the asset, once both know. What retention took out, nobody removed."""
    gone = source.with_(gone=source.gone or deps.now())
    owner = await book.read(source.part_of) if source.part_of else gone
    if source.out_since is None:
        owner = owner.with_(removed=sorted({*owner.removed, source.key}))
    for record in (owner, gone) if source.part_of else (owner,):
        if record != await book.read(record.key):
            await book.write(record)
    return owner


async def _noted(job: IngestJob, book: Book) -> Book:
    """The name's record; what is to be said again is noted as not said."""
    source = await book.read(job.key)
    if job.task == "announce":
        book.note(source.with_(versions=[_unsaid(v) if v.number == job.version else v for v in source.versions]))
    return book


async def _arrived(job: IngestJob, bucket: Bucket, book: Book, deps: Deps) -> Book:
    source = await (await _noted(job, book)).read(job.key)
    await Arrivals(bucket, book, deps).take(job.key)
    if source.part_of:
        await book.read(source.part_of)  # what an earlier life took of this name, it may not have said
    return book


async def _untold(prepared: Callable[[], Awaitable[Book]], deps: Deps) -> Saying:
    """Say what no record in the book has said."""
    book = await prepared()
    for source in book:
        for taken in source.versions if source.moved_to is None else []:
            if taken.announced is not None:
                continue
            yield file_facet(source, taken, deps.now())
            step("ingest.facet-said")
            place = (-1, -1)
            if event := announcement(source, taken):
                place = (yield event) or place
            step("ingest.announced")
            for moved in await adoptions(source, book, deps.library) if taken.known else []:
                yield moved
            for ended in await merged(source, deps.library, deps.now()):
                yield ended
            said = [_said(v, place) if v.number == taken.number else v for v in source.versions]
            source = source.with_(versions=said, failed_at=None)
            await book.write(source)
            step("ingest.marked")
        if (former := source.former) and former.master and former.master.announced is None:
            yield await asleep(source, book, deps.now())
            said = [_said(one, (-1, -1)) if one.announced is None else one for one in former.versions]
            await book.write(source.with_(former=former.with_(versions=said)))


def _unsaid(taken: Taken) -> Taken:
    return taken.model_copy(update={"announced": None})


def _said(taken: Taken, place: tuple[int, int]) -> Taken:
    return taken.model_copy(update={"announced": place})


async def _describe(job: IngestJob, book: Book, deps: Deps) -> Saying:
    """A list says something of it, which is kept for when it comes; where it is there, `file` gets a new revision."""
    told = Told(by=job.by or "", about=job.key, number=job.version or 0, fields=job.fields)
    source = (await book.read(job.key)).with_told(told)
    await book.write(source)
    if source.part_of:
        source = (await book.read(source.part_of)).with_told(told)
        await book.write(source)
    step("ingest.described")
    if source.newest and source.owns:
        yield file_facet(source, source.newest, deps.now())


async def _sidecar(job: IngestJob, bucket: Bucket, book: Book, deps: Deps) -> Saying:
    """A side-car came, changed or went: the pictures that it speaks of get a new revision of `file`."""
    beside = [info for info in await bucket.listing(stem(job.key)) if not is_nothing(info.key)]
    done: set[str] = set()
    for info in beside:
        if not belongs(job.key, info.key):
            continue
        source = await book.read(info.key)
        source = await book.read(source.part_of) if source.part_of else source
        if not source.owns or source.key in done:
            continue  # the picture was not taken yet: it looks for its side-car itself; or its asset has ended
        done.add(source.key)
        listing = beside if len(source.keys) == 1 else await beside_all(source, bucket)
        source = await with_sidecars(source, listing, bucket, deps.folder, deps.probe)
        await book.write(source)
        step("ingest.sidecar-known")
        yield file_facet(source, source.versions[-1], deps.now())  # the facet only: the same bytes are no new work
