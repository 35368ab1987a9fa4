"""Takes one object version: spooled once while it is hashed, known by its bytes, safe in the library."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from runtime import metrics
from runtime.metadata import Told
from runtime.objects import Bucket, Exists, ObjectInfo
from runtime.refusal import Refused
from runtime.reuse import taken_over
from runtime.steps import step
from schemas.file import Companion, FileFacet
from services.ingest.sniff import HEAD_BYTES, sniff
from services.ingest.source import Taken

MAX_TEXT, MOST_FIELDS = 500, 40
"""Of what is written about an object: its metadata, and its tags."""
Probe = Callable[[Path, bool], Awaitable[dict[str, Any]]]
"""Reads metadata of a spooled file in the cage; True says that it is a side-car."""

ReadList = Callable[[Path], Awaitable[dict[str, Any]]]
"""Reads a spooled list in the cage: `rows`, each with name, line and fields, and `problems`. Raises Refused."""


@dataclass(frozen=True)
class Spooled:
    """A copy on temporary disk, gone when its context ends."""

    path: Path
    sha256: str
    size: int
    told: Told = field(default_factory=Told)
    """What is written about it."""


@asynccontextmanager
async def spool(bucket: Bucket, info: ObjectInfo, folder: Path) -> AsyncIterator[Spooled]:
    """Copy one object version. Raises Missing (gone meanwhile), Exists (replaced meanwhile), Unavailable."""
    path = folder / uuid4().hex
    digest, told = hashlib.sha256(), list[Told]()
    try:
        size = await bucket.fetch(
            info.key,
            path,
            version_id=info.version_id,
            # A plain (`null`) version is replaced in place: its etag says whether it is still the one that was listed.
            if_match=info.etag if info.version_id in ("", "null") and info.etag else None,
            seen=digest.update,
            told=told.append,
        )
        metrics.BYTES.labels("ingest", "in").inc(size)
        yield Spooled(path, digest.hexdigest(), size, *told)
    finally:
        path.unlink(missing_ok=True)


def _some(written: Mapping[str, str]) -> dict[str, str]:
    told = [(name[:MAX_TEXT], text[:MAX_TEXT]) for name, text in sorted(written.items()) if text.strip()]
    return dict(told[:MOST_FIELDS])


def _facet(bucket: Bucket, info: ObjectInfo, spooled: Spooled, **more: Any) -> FileFacet:
    return FileFacet(
        sha256=spooled.sha256,
        bytes=spooled.size,
        bucket=bucket.name,
        key=info.key,
        version_id=info.version_id,
        arrived=info.modified,
        metadata=_some(spooled.told.metadata),
        tags=_some(spooled.told.tags),
        **more,
    )


async def take(bucket: Bucket, info: ObjectInfo, spooled: Spooled, number: int, probe: Probe) -> Taken:
    """What these bytes are, as version `number`; refused ones carry their cause and cure."""
    with spooled.path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    try:
        if not spooled.size:
            raise Refused("The file is empty, and nothing has come for ten minutes.", "Drop it again.")
        found = sniff(head, info.key)
        embedded = await probe(spooled.path, False) if found.kind == "image" else {}
        facet = _facet(bucket, info, spooled, media_type=found.media_type, kind=found.kind, embedded=embedded)
        return Taken(number=number, file=facet)
    except Refused as refusal:
        metrics.REFUSALS.labels("ingest", refusal.kind).inc()
        return Taken(number=number, file=_facet(bucket, info, spooled), cause=refusal.cause, cure=refusal.cure)


def too_large(bucket: Bucket, info: ObjectInfo, number: int, most: int) -> Taken:
    """Refused without being read."""
    metrics.REFUSALS.labels("ingest", "size").inc()
    file = FileFacet(
        bytes=info.size, bucket=bucket.name, key=info.key, version_id=info.version_id, arrived=info.modified
    )
    cause = f"The file has {info.size / 1e9:.1f} GB; the most that is taken is {most / 1e9:.1f} GB."
    return Taken(number=number, file=file, cause=cause, cure="Export it smaller, or raise PACKSHOT_MAX_BYTES.")


async def companion(info: ObjectInfo, spooled: Spooled, probe: Probe) -> Companion:
    """What these bytes are beside their master; refused ones carry their cause."""
    with spooled.path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    try:
        if not spooled.size:
            raise Refused("The file is empty.", "Drop it again.")
        found = sniff(head, info.key)
        embedded = await probe(spooled.path, False) if found.kind == "image" else {}
    except Refused as refusal:
        metrics.REFUSALS.labels("ingest", refusal.kind).inc()
        return Companion(key=info.key, bytes=spooled.size, cause=refusal.cause)
    return Companion(
        key=info.key, sha256=spooled.sha256, bytes=spooled.size, media_type=found.media_type, embedded=embedded
    )


async def keep(library: Bucket, refs: Sequence[str], media_type: str, spooled: Spooled) -> bool:
    """The original under its hash, and who refers to what. All is written before anything is said.

    Returns whether somebody else refers to these bytes.
    """
    original, known = f"originals/{spooled.sha256}", False
    try:
        await library.put_file(original, spooled.path, content_type=media_type, new=True)
        metrics.BYTES.labels("ingest", "out").inc(spooled.size)
    except Exists:  # nothing is stored twice
        others = {info.key for info in await library.listing(f"refs/{spooled.sha256}/")}
        known = not others <= set(refs)
        if not await taken_over(library, original):  # but they went just now
            await library.put_file(original, spooled.path, content_type=media_type)
    step("ingest.original-kept")
    for ref in refs:
        await library.put(ref, b"")
    step("ingest.reference-kept")
    return known
