"""`sources/<source>.json`: what ingest knows of one name in the inbox. The one place where versions are counted."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from pydantic import Field

from runtime.objects import Bucket, ObjectInfo
from schemas.base import Contract
from schemas.envelope import NAMESPACE
from schemas.file import FileFacet

PURGED = "#purged"
"""`moved_to` of a name whose asset a person purged; no key begins so and is somebody's heir."""
REMEMBERED = 200
"""Marks of object versions that are listed no more; a source keeps so many of the last."""


class Taken(Contract):
    """One version of the asset, as it was taken. `announced` is where the event was acknowledged."""

    number: int
    file: FileFacet
    cause: str | None = None
    cure: str | None = None
    announced: tuple[int, int] | None = None
    known: bool = False
    """Whether the library had these bytes before: the file may be one that was moved."""

    @property
    def refused(self) -> bool:
        """Whether ingest will not take these bytes."""
        return self.cause is not None


class Told(Contract):
    """What a list says of a file. `number`: which reading of the list; older ones say nothing to newer."""

    by: str
    about: str
    number: int
    fields: dict[str, Any] = Field(default_factory=dict)


class Reading(Contract):
    """What a list said when it was last read. `lines`: each key that it names, and where."""

    number: int = 0
    sha256: str | None = None
    lines: dict[str, int] = Field(default_factory=dict)
    problems: list[str] = Field(default_factory=list)
    cause: str | None = None
    """Why the list as a whole was not taken; then `lines` are those of the reading before."""
    cure: str | None = None


class Source(Contract):
    """One name. `seen` are marks of object versions that are done with; `gone` is when the sweep found it missing."""

    bucket: str
    key: str
    asset_id: str | None = None
    seen: list[str] = Field(default_factory=list)
    unsafe: list[str] = Field(default_factory=list)
    """Those of `seen` whose bytes were refused: they lie nowhere but in the inbox."""
    versions: list[Taken] = Field(default_factory=list)
    current: str = ""
    """`<etag>:<size>` of the newest object version that is done with: what a plain listing shows."""
    sidecar: dict[str, Any] = Field(default_factory=dict)
    sidecars: list[str] = Field(default_factory=list)
    """`<key>:<etag>:<size>` of each side-car that `sidecar` was read from: what a plain listing shows."""
    told: list[Told] = Field(default_factory=list)
    """What lists say of this file and its parts; it may be known before the file is there."""
    reading: Reading | None = None
    """Of a list only."""
    part_of: str | None = None
    """The key whose record owns the asset that this file is one picture with (masters and companions)."""
    parts: list[str] = Field(default_factory=list)
    """The keys whose records say that they are part of this one."""
    out_since: datetime | None = None
    """When retention took it out of the inbox: nobody removed it."""
    out: list[str] = Field(default_factory=list)
    """The names of the asset that retention took out."""
    gone: datetime | None = None
    removed: list[str] = Field(default_factory=list)
    """The names of the asset that people took out of the inbox."""
    former: "Source | None" = None
    """The record as it was before its asset became an edition of that of `part_of`: it may be split again."""
    counted: int = 0
    """The highest number that a version ever had, where that version went back to its own asset."""
    moved_to: str | None = None
    """The key that has taken over its asset: what comes under this name is another one."""
    ceded_to: str | None = None
    """The last key that took over an asset from this name, kept when the name begins another one."""
    adopting: "Source | None" = None
    """The record whose asset this name is taking over, as it was; there while it does so."""
    merged: list[str] = Field(default_factory=list)
    """Assets that this name had begun before it took over the one that it has."""
    failed: list[str] = Field(default_factory=list)
    """Marks of object versions at which our own error ended a job; they are not `seen`."""
    failed_at: datetime | None = None
    """When a job for this name failed last by our own error; None once one did not."""
    failed_as: str = ""
    """What a plain listing showed of it then."""
    failed_asset: str | None = None
    """The asset that was said to have failed: the id of what this name begins."""
    empty_since: datetime | None = None
    """When we first saw it empty, where the store does not know since when it is."""

    @property
    def newest(self) -> Taken | None:
        """The newest version."""
        return self.versions[-1] if self.versions else None

    @property
    def master(self) -> Taken | None:
        """The newest version that was not refused: the one that companions belong to."""
        return next((taken for taken in reversed(self.versions) if not taken.refused), None)

    @property
    def taken_away(self) -> bool:
        """Whether somebody took it out of the inbox, so that it may have been moved. Retention moves nothing, and an
        asset of several files does not go with one of them."""
        return self.gone is not None and self.out_since is None and not self.parts

    @property
    def owns(self) -> bool:
        """Whether it is the name that owns an asset."""
        return self.asset_id is not None and self.moved_to is None and bool(self.versions)

    @property
    def keys(self) -> list[str]:
        """All names of the asset: its own, then those of its parts."""
        return [self.key, *self.parts]

    def with_told(self, *told: Told) -> "Source":
        """With what lists say; what an older reading says of the same file is nothing."""
        kept = {(one.by, one.about): one for one in self.told}
        for one in told:
            known = kept.get((one.by, one.about))
            if known is None or known.number <= one.number:
                kept[one.by, one.about] = one
        return self.with_(told=[kept[name] for name in sorted(kept)])

    @property
    def described(self) -> dict[str, Any]:
        """All that side-cars and lists say. A list was written for these files: it comes before what programs wrote."""
        return {**self.sidecar, **{name: value for one in self.told for name, value in one.fields.items()}}

    def with_(self, **changes: object) -> "Source":
        """A changed copy."""
        return self.model_copy(update=changes)


def next_number(owner: Source) -> int:
    """Of the version that comes next. A number is never used again."""
    return max(owner.newest.number if owner.newest else 0, owner.counted) + 1


def hashes(file: FileFacet) -> list[str]:
    """Content that a version refers to: its own, and that of its companions."""
    return list(dict.fromkeys(one for one in (file.sha256, *(one.sha256 for one in file.companions)) if one))


def mark(info: ObjectInfo) -> str:
    """Names one object version for ever. A `null` version is replaced in place, so its bytes and time name it."""
    if info.version_id and info.version_id != "null":
        return info.version_id
    return f"null:{info.etag}:{info.size}:{info.modified.isoformat()}"


def listed(info: ObjectInfo) -> str:
    """What a plain listing, which knows no versions, shows of an object version."""
    return f"{info.etag}:{info.size}"


def remember(seen: list[str], there: list[ObjectInfo], done: ObjectInfo) -> list[str]:
    """Marks with one more. Those that the bucket still lists are kept, or they would be taken again; of others few."""
    still = {mark(info) for info in there}
    return [*(old for at, old in enumerate(seen) if old in still or len(seen) - at < REMEMBERED), mark(done)]


def path_of(bucket: str, key: str) -> str:
    """Where the record lies in the library. Hashed: keys may be 1,024 bytes of anything."""
    return f"sources/{hashlib.sha256(f'{bucket}/{key}'.encode('utf-8', 'surrogateescape')).hexdigest()}.json"


def new_asset_id(bucket: str, key: str, first: ObjectInfo) -> str:
    """Id of the asset that this name begins: the same however often a crash makes us begin."""
    return str(uuid.uuid5(NAMESPACE, f"{bucket}/{key}#{mark(first)}"))


def afresh(source: Source) -> Source:
    """The record for what comes now: where the asset has moved to another name, this one begins a new asset."""
    if source.moved_to is None:
        return source
    kept = {name: getattr(source, name) for name in ("bucket", "key", "seen", "unsafe", "told", "gone")}
    return Source(**kept, ceded_to=None if source.moved_to == PURGED else source.moved_to)


def is_safe(owner: Source, key: str) -> bool:
    """Whether the bytes that lie under that name are kept as an original. Refused bytes stay in the inbox."""
    newest = next((taken for taken in reversed(owner.versions) if taken.file.key == key), None)
    companions = owner.master.file.companions if owner.master else []
    beside = next((one for one in companions if one.key == key), None)
    if beside is not None:
        return beside.sha256 is not None
    return newest is not None and not newest.refused


async def load(library: Bucket, bucket: str, key: str) -> tuple[Source, str | None]:
    """The source and its etag (None where it is new)."""
    stored = await library.get(path_of(bucket, key))
    if stored is None:
        return Source(bucket=bucket, key=key), None
    return Source.model_validate_json(stored.body), stored.etag


async def save(library: Bucket, source: Source, etag: str | None) -> str:
    """Write it back; returns the new etag. Raises Exists where another process was quicker."""
    body = source.model_dump_json(exclude_none=True).encode()
    return await library.put(path_of(source.bucket, source.key), body, if_match=etag, new=etag is None)
