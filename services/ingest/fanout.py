"""A folder's list fans out: each file that it names gets a job of its own with what the row says. The list itself is
seen by people only where something is wrong with it."""

from collections.abc import Collection
from datetime import datetime
from pathlib import PurePosixPath

from runtime.deliver import Saying
from runtime.objects import Bucket, Exists, Missing, ObjectInfo
from runtime.outage import Unavailable
from runtime.publisher import Outgoing
from runtime.records import Draft, facet_draft
from runtime.refusal import Refused
from runtime.steps import step
from schemas.facet import Facet
from schemas.file import LIST_TYPE, FileFacet
from schemas.inbox import InboxHint, IngestJob
from services.ingest.arrivals import Arrivals, Deps
from services.ingest.book import Book
from services.ingest.intake import job_event
from services.ingest.lists import MAX_BYTES
from services.ingest.meant import Names
from services.ingest.names import is_list, is_nothing, is_sidecar
from services.ingest.source import Reading, Source, Told, listed, new_asset_id, remember
from services.ingest.take import spool

SHOWN = 8
"""So many problems are spelled out."""


async def look_at_list(key: str, bucket: Bucket, book: Book, deps: Deps) -> Saying:
    """Read what is new, tell the files, and judge: what is wrong with it, and which files have not come."""
    fresh = await Arrivals(bucket, book, deps).look(key)
    names = Names(info.key for info in await bucket.listing(_folder(key)) if not _is_no_picture(info.key))
    source = await book.read(key)
    if source.moved_to is not None and fresh.take:  # what a person purged was the list before
        source = source.with_(asset_id=new_asset_id(bucket.name, key, fresh.take[0]), moved_to=None)
        book.note(source)
    unknown = [name for name in _lines(source) if names.key_of(name) != name]
    takes = fresh.take or [info for info in fresh.found[-1:] if unknown and not info.deleted]
    if takes and (read := await _read(source, takes[-1], bucket, names, deps)):
        told, reading = read
        number, before = reading.number - 1, _lines(source)
        # Whom an attempt told that did not come to its end is known before anybody is told.
        either = reading.model_copy(update={"number": number, "lines": before | reading.lines})
        await book.write(source.with_(reading=either))
        step("ingest.list-known")
        for about in told:
            yield _describing(about, bucket)
        for gone in sorted(before.keys() - reading.lines.keys()):
            yield _describing(Told(by=key, about=gone, number=reading.number), bucket)
        source = (await book.read(key)).with_(reading=reading, current=listed(takes[-1]), gone=None)
        for info in fresh.take:
            source = source.with_(seen=remember(source.seen, fresh.found, info))
        await book.write(source)
        step("ingest.list-read")
    known = source.reading
    if known is not None and source.moved_to is None and fresh.found and not fresh.found[-1].deleted:
        newest = fresh.found[-1]
        cause, cure = judged(known, names.there, bucket.name, newest, await bucket.now(), deps)
        if cause and source.asset_id is None:
            source = source.with_(asset_id=new_asset_id(bucket.name, key, fresh.found[0]))
            await book.write(source)
        if source.asset_id is not None:
            data = _file(bucket.name, newest, known.sha256)
            yield _facet(source.asset_id, data, cause, cure, deps.now())


def _lines(source: Source) -> dict[str, int]:
    return source.reading.lines if source.reading else {}


def _folder(key: str) -> str:
    folder = str(PurePosixPath(key).parent)
    return "" if folder == "." else f"{folder}/"


def _is_no_picture(key: str) -> bool:
    return is_nothing(key) or is_sidecar(key) or is_list(key)


async def _read(
    source: Source, info: ObjectInfo, bucket: Bucket, names: Names, deps: Deps
) -> tuple[list[Told], Reading] | None:
    """What it says now of which key; None where it is gone. One that cannot be read leaves what was told before."""
    number, sha256 = (source.reading.number if source.reading else 0) + 1, None
    try:
        if info.size > MAX_BYTES:
            raise Refused(f"The list has {info.size / 1e6:.0f} MB; {MAX_BYTES / 1e6:.0f} is the most.", "Divide it.")
        async with spool(bucket, info, deps.folder) as spooled:
            sha256 = spooled.sha256
            found = await deps.read_list(spooled.path)
    except Refused as refusal:
        return [], Reading(number=number, sha256=sha256, lines=_lines(source), cause=refusal.cause, cure=refusal.cure)
    except Missing:
        return None
    except Exists as changed:
        raise Unavailable(f"the file {info.key} was replaced while it was read") from changed
    folder, told, lines = _folder(info.key), [], {}
    for name, line, fields in found["rows"]:
        about = names.key_of(folder + name)
        lines[about] = line
        told.append(Told(by=info.key, about=about, number=number, fields=fields))
    return told, Reading(number=number, sha256=sha256, lines=lines, problems=found["problems"])


def _describing(told: Told, bucket: Bucket) -> Outgoing:
    job = IngestJob(
        bucket=bucket.name,
        key=told.about,
        reason="list",
        version=told.number,
        by=told.by,
        fields=told.fields,
    )
    return job_event(job, (told.by, told.number))


def judged(
    reading: Reading, there: Collection[str], bucket: str, list_: ObjectInfo, now: datetime, deps: Deps
) -> tuple[str | None, str | None]:
    """Cause and cure, or nothing. Files that have not come are missed only after the time that empty ones have."""
    if reading.cause:
        return reading.cause, reading.cure
    missing = [f"Line {line}: there is no file “{key}”." for key, line in reading.lines.items() if key not in there]
    wait_s = deps.patience.empty_s - (now - list_.modified).total_seconds()
    if missing and wait_s > 0:
        deps.later(InboxHint(bucket=bucket, key=list_.key, reason="timer"), wait_s + 1)
        missing = []
    problems = [*reading.problems, *missing]
    if not problems:
        return None, None
    more = f" … and {len(problems) - SHOWN} more." if len(problems) > SHOWN else ""
    cause = f"{len(problems)} rows of this list say nothing yet. {' '.join(problems[:SHOWN])}{more}"
    cure = "Correct these lines and drop the list again; all other rows are in use. A file that comes later is found."
    return cause, cure


def _file(bucket: str, info: ObjectInfo, sha256: str | None) -> FileFacet:
    return FileFacet(
        sha256=sha256,
        bytes=info.size,
        media_type=LIST_TYPE,
        bucket=bucket,
        key=info.key,
        version_id=info.version_id,
        arrived=info.modified,
    )


def _facet(asset_id: str, file: FileFacet, cause: str | None, cure: str | None, now: datetime) -> Draft[Facet]:
    def make(revision: int) -> Facet:
        return Facet(
            asset_id=asset_id,
            version=1,
            facet="file",
            revision=revision,
            status="refused" if cause else "done",
            cause=cause,
            cure=cure,
            written=now,
            data=file.model_dump(mode="json", exclude_none=True),
        )

    return facet_draft(make)
