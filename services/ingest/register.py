"""Brings the ledger up to date with `sources/` and the inbox, page by page: only what changed is read."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import PurePosixPath

from pydantic import ValidationError

from runtime.objects import Bucket, ObjectInfo
from schemas.asset import PLAIN
from services.ingest.ledger import Ledger, Row
from services.ingest.names import SIDECAR, bare, is_nothing, is_sidecar
from services.ingest.source import Source, is_safe, listed, path_of

log = logging.getLogger(__name__)
AT_ONCE = 16
_COLUMNS = 21
_NAME = f"INSERT OR REPLACE INTO names VALUES ({', '.join('?' * _COLUMNS)})"  # noqa: S608 - ours
_HELD = "INSERT INTO held VALUES (?, ?, ?, ?, ?)"
_KEPT = "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)"
_THERE = "INSERT OR REPLACE INTO there VALUES (?, ?, ?, ?, ?)"


async def in_order(pages: AsyncIterator[list[ObjectInfo]]) -> AsyncIterator[list[ObjectInfo]]:
    """Pages of a flat listing, each key once: a listing that has to begin anew tells some twice."""
    last = ""
    async for page in pages:
        if fresh := sorted((info for info in page if info.key > last), key=lambda info: info.key):
            last = fresh[-1].key
            yield fresh


async def read_sources(ledger: Ledger, library: Bucket) -> None:
    """Each record whose etag is another one than before. Raises Unavailable."""
    last = ""
    async for page in in_order(library.pages("sources/")):
        there = {info.key: info for info in page}
        found = await ledger.all(
            "SELECT path, etag, written FROM names WHERE path > ? AND path <= ?", (last, page[-1].key)
        )
        known = {path: (etag, written) for path, etag, written in found}
        changed = [info for info in page if known.get(info.key, ("",))[0] != info.etag]
        rows, held, kept = await _read(library, changed)
        ended = (known.keys() - there.keys()) | ({info.key for info in changed} - {row[0] for row in rows})
        renewed = [info for key, info in there.items() if key in known and known[key][1] != _time(info)]
        touched = [(path,) for path in {*ended, *(info.key for info in changed)}]
        await ledger.write(
            ("DELETE FROM names WHERE path = ?", [(path,) for path in ended]),
            ("DELETE FROM held WHERE owner = ?", touched),
            ("DELETE FROM kept WHERE owner = ?", touched),
            ("UPDATE names SET written = ? WHERE path = ?", [(_time(info), info.key) for info in renewed]),
            (_NAME, rows),
            (_HELD, held),
            (_KEPT, kept),
        )
        last = page[-1].key
    await ledger.write(
        ("DELETE FROM held WHERE owner > ?", [(last,)]),
        ("DELETE FROM kept WHERE owner > ?", [(last,)]),
        ("DELETE FROM names WHERE path > ?", [(last,)]),
    )


async def list_inbox(ledger: Ledger, inbox: Bucket) -> None:
    """What lies there now. Raises Unavailable."""
    await ledger.write(("DELETE FROM there", [()]))
    async for page in inbox.pages(""):
        rows = [
            (
                info.key,
                listed(info),
                info.size,
                _time(info),
                info.key[: -len(SIDECAR)] if is_sidecar(info.key) else None,
            )
            for info in page
            if not is_nothing(info.key)
        ]
        await ledger.write((_THERE, rows))


async def _read(library: Bucket, changed: Sequence[ObjectInfo]) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows of `names`, `held` and `kept`. What is there no more has none."""
    rows: list[Row] = []
    held: list[Row] = []
    kept: list[Row] = []
    for start in range(0, len(changed), AT_ONCE):
        batch = changed[start : start + AT_ONCE]
        bodies = await asyncio.gather(*(library.get(info.key) for info in batch))
        for info, stored in zip(batch, bodies, strict=True):
            if stored and (source := _readable(info.key, stored.body)):
                rows.append(_row(info.key, stored.etag, _time(info), source))
                held += _held(info.key, source)
                kept += _kept(info.key, source)
            elif stored:
                rows.append((info.key, "", _time(info), *[None] * (_COLUMNS - 3)))
    return rows, held, kept


def _readable(path: str, body: bytes) -> Source | None:
    """None for a record that a newer release wrote, or that is damaged: its file waits, all others go on."""
    try:
        return Source.model_validate_json(body)
    except ValidationError as error:
        log.error("%s cannot be read; the file that it is about is left alone: %s", path, error)
        return None


def _row(path: str, etag: str, written: float, source: Source) -> Row:
    """What is compared, as `names` has it."""
    taken = bool(source.versions or source.part_of)
    master = source.master if source.owns else None
    versions = source.versions if source.owns else []
    unsaid = [one.number for one in versions if one.announced is None]
    told = [(one.number, one.refused, one.announced, one.file.media_type in PLAIN) for one in versions]
    return (
        path,
        etag,
        written,
        source.bucket,
        source.key,
        folder_of(source.key),
        bare(source.key),
        source.current,
        source.gone is not None or not (taken or source.reading),
        source.empty_since.timestamp() if source.empty_since else None,
        taken and source.gone is None and source.out_since is None,
        path_of(source.bucket, source.part_of) if source.part_of else path,
        source.asset_id if source.owns else None,
        json.dumps(told),
        unsaid[-1] if unsaid else None,
        master.number if master and master.announced else None,
        json.dumps(source.keys if source.owns else []),
        json.dumps(source.sidecars if source.owns else []),
        json.dumps([*source.seen, *source.failed]),
        source.failed_at.timestamp() if source.failed_at else None,
        source.failed_as,
    )


def _held(path: str, owner: Source) -> Iterator[Row]:
    """What lay last under each name of an asset. Refused bytes lay nowhere but in the inbox."""
    if not owner.owns or owner.master is None:
        return
    companions = {one.key: one.sha256 for one in owner.master.file.companions}
    began = owner.versions[0].file.arrived.timestamp()
    for key in dict.fromkeys([*owner.keys, *companions, *(taken.file.key for taken in owner.versions)]):
        last = next((taken for taken in reversed(owner.versions) if taken.file.key == key), None)
        sha256 = companions.get(key) or (last.file.sha256 if last and not last.refused else None)
        safe = owner.master.number if owner.master.announced and is_safe(owner, key) else None
        yield path, key, sha256, began, safe


def _kept(path: str, source: Source) -> Iterator[Row]:
    """Every original that it has taken, those of an asset that sleeps in another one, too. Refused bytes are none."""
    for record in (source if source.owns else None, source.former):
        for taken in record.versions if record else []:
            if not taken.refused and taken.file.sha256:
                yield path, taken.file.sha256, taken.file.bytes
            for one in taken.file.companions:
                if one.sha256:
                    yield path, one.sha256, one.bytes


def folder_of(key: str) -> str:
    """The folder that a name lies in; `.` is the top."""
    return str(PurePosixPath(key).parent)


def _time(info: ObjectInfo) -> float:
    return info.modified.timestamp()
