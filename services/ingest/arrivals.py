"""Takes what lies under a name, and under those that are one picture with it: version by version, oldest first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from runtime.objects import Bucket, Exists, Missing, ObjectInfo
from runtime.outage import Unavailable
from runtime.steps import step
from schemas.file import Companion, FileFacet
from schemas.folders import FolderProfile
from schemas.inbox import InboxHint
from services.ingest.book import Book
from services.ingest.masters import family, handed_on, is_companion, takes_in, with_companion
from services.ingest.names import bare, stem
from services.ingest.sidecar import beside_all, with_sidecars
from services.ingest.source import (
    Source,
    Taken,
    afresh,
    hashes,
    is_safe,
    listed,
    mark,
    new_asset_id,
    next_number,
    remember,
)
from services.ingest.take import Probe, ReadList, Spooled, companion, keep, spool, take, too_large
from services.ingest.waiting import Patience, dated, look

ROW_S = 5.0
"""Seconds after which a list hears that a file it names has come; those of one moment are one hint."""


async def _plain(_: str) -> FolderProfile:
    return FolderProfile()


@dataclass(frozen=True)
class Deps:
    """What ingest works with. `later(hint, seconds)` looks again; losing it is harmless, the sweep finds all."""

    buckets: dict[str, Bucket]
    library: Bucket
    folder: Path
    probe: Probe
    read_list: ReadList
    later: Callable[[InboxHint, float], None]
    patience: Patience
    max_bytes: int = 5_000_000_000
    masters: bool = True
    soon: Callable[[], None] = lambda: None
    """Brings the sweep forward: it alone judges what was taken out of the inbox."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    profile: Callable[[str], Awaitable[FolderProfile]] = _plain
    """What holds for the folder of a name."""


@dataclass(frozen=True)
class Fresh:
    """What of a key is to be taken; `found`: all its versions."""

    take: list[ObjectInfo]
    found: list[ObjectInfo]


class Arrivals:
    """The arrivals of one job."""

    def __init__(self, bucket: Bucket, book: Book, deps: Deps) -> None:
        self._bucket, self._book, self._deps = bucket, book, deps
        self._beside: dict[str, ObjectInfo] | None = None

    async def take(self, key: str) -> None:
        """All that is not taken under the key; with it, best first, what is one picture with it."""
        fresh, source = await self.look(key), await self._book.read(key)
        if (source.asset_id or source.part_of) and not source.gone and (not fresh.found or fresh.found[-1].deleted):
            self._deps.soon()
        if not fresh.take:
            return
        for kin in family(key, await self._there(key)) if self._deps.masters else [key]:
            own = fresh if kin == key else await self.look(kin, again=False)
            for info in own.take:
                await self._one(kin, info, own.found)
                step("ingest.known")

    async def _there(self, key: str) -> dict[str, ObjectInfo]:
        """What lies beside it and begins with its name."""
        if self._beside is None:
            self._beside = {info.key: info for info in await self._bucket.listing(f"{stem(key)}.")}
        return self._beside

    async def look(self, key: str, *, again: bool = True) -> Fresh:
        """What is to be taken now. Comes back by a timer for what must be waited for.

        again: try once more what lies there now, where our own error ended a job at it. What lies under it is left.
        """
        source = await self._book.read(key)
        found = await self._bucket.versions(key)
        now, known = await self._bucket.now() if _young(found) else self._deps.now(), source.empty_since
        source, found = dated(source, found, now)
        looked = look(source, found, now, self._deps.patience)
        if source.gone and found and not found[-1].deleted and not looked.take:
            await self._returned(source)  # its deletion was taken back: there is nothing new to take
        elif source.empty_since and known is None:
            await self._book.write(source)
        else:
            self._book.note(source)
        if looked.wait_s is not None:
            self._deps.later(InboxHint(bucket=self._bucket.name, key=key, reason="timer"), looked.wait_s)
        failed = set(source.failed)
        tried = [one for one in looked.take if mark(one) not in failed or (again and one is found[-1])]
        return Fresh(tried, found)

    async def _returned(self, source: Source) -> None:
        """It lies there again, as it was: so does the asset's file."""
        back = source.with_(gone=None)
        owner = await self._book.read(source.part_of) if source.part_of else back
        if source.key in owner.removed:
            owner = _back(owner, source.key)
        for record in (owner, back) if source.part_of else (owner,):
            await self._book.write(record)

    async def _one(self, key: str, info: ObjectInfo, found: list[ObjectInfo]) -> None:
        """Take one object version. What it is to its asset is known before that the object is done with."""
        part = afresh(await self._book.read(key))
        for told in part.told if not part.seen else []:  # the list may have missed it: it looks again
            self._deps.later(InboxHint(bucket=self._bucket.name, key=told.by, reason="row"), ROW_S)
        owner = await self._owner(part)
        after = await self._bytes(owner, part, info)
        seen, there = remember(part.seen, found, info), {mark(one) for one in found}
        refused = [mark(info)] if not is_safe(after, key) else []
        unsafe = [*(one for one in part.unsafe if one in there), *refused]
        failed = [one for one in part.failed if one in there and one != mark(info)]
        done = {"seen": seen, "unsafe": unsafe, "current": listed(info), "gone": None, "out_since": None}
        done |= {"failed": failed, "failed_at": None, "failed_as": ""}
        if key in (*after.out, *after.removed):
            after = _back(after, key)
        if owner.key == key:
            await self._book.write(after.with_(**done))
            return
        if key not in after.parts:
            after = after.with_(parts=[*after.parts, key]).with_told(*part.told)
            after = await self._described(after)
        if after != owner:
            await self._book.write(after)
            step("ingest.part-known")
        await self._book.write(part.with_(part_of=owner.key, **done))

    async def _owner(self, part: Source) -> Source:
        """The record that owns the asset of this file: its own, unless one that is one picture with it came first."""
        if part.asset_id:
            return part
        if part.part_of and not (owner := await self._book.read(part.part_of)).moved_to:
            return owner
        for kin in family(part.key, await self._there(part.key)) if self._deps.masters else []:
            other = afresh(await self._book.read(kin))
            if other.part_of:
                other = await self._book.read(other.part_of)
            if takes_in(other, part.key):
                return other
        return part.with_(part_of=None, former=None) if part.former else part

    async def _bytes(self, owner: Source, part: Source, info: ObjectInfo) -> Source:
        """The owner's record with these bytes in it: as a version, as a companion, or not, where they are no news."""
        other = owner.master is not None and owner.master.file.key != part.key
        beside = other and is_companion(owner, part.key, await self._there(part.key))
        large = info.size > self._deps.max_bytes
        if large and (part.current == listed(info) or _unread(owner.newest, info)):
            return owner  # it was refused unread before: the same again is no new version
        if large and not beside:
            return self._with(owner, info, too_large(self._bucket, info, next_number(owner), self._deps.max_bytes))
        if large:
            cause = too_large(self._bucket, info, 0, self._deps.max_bytes).cause
            return _accompanied(owner, Companion(key=info.key, bytes=info.size, cause=cause))
        if not owner.versions:
            owner = await self._described(owner)
        try:
            async with spool(self._bucket, info, self._deps.folder) as spooled:
                if beside:
                    return await self._companion(owner, info, spooled)
                return await self._version(owner, info, spooled, part.former.asset_id if part.former else None)
        except Missing:
            return owner  # deleted between listing and reading: nothing was lost that anybody kept
        except Exists as changed:
            raise Unavailable(f"the file {part.key} was replaced while it was read") from changed

    async def _described(self, owner: Source) -> Source:
        several = len({stem(key) for key in owner.keys}) > 1
        beside = await beside_all(owner, self._bucket) if several else (await self._there(owner.key)).values()
        return await with_sidecars(owner, beside, self._bucket, self._deps.folder, self._deps.probe)

    async def _version(self, owner: Source, info: ObjectInfo, spooled: Spooled, edition: str | None) -> Source:
        """edition: the asset that owned this name until a person called it an edition of the owner's."""
        if owner.newest and owner.newest.file.sha256 == spooled.sha256:
            return owner  # the same bytes again are no new version
        taken = await take(self._bucket, info, spooled, next_number(owner), self._deps.probe)
        if not taken.refused:
            before = {"companions": handed_on(_before(owner, info.key), info.key), "taken_from": edition}
            more = {**before, "profile": await self._deps.profile(info.key)}
            taken = taken.model_copy(update={"file": taken.file.model_copy(update=more)})
            asset_id = self._with(owner, info, taken).asset_id
            refs = [f"refs/{sha256}/{asset_id}/{taken.number}" for sha256 in hashes(taken.file)]
            known = await keep(self._deps.library, refs, taken.file.media_type, spooled)
            taken = taken.model_copy(update={"known": known})
        return self._with(owner, info, taken)

    async def _companion(self, owner: Source, info: ObjectInfo, spooled: Spooled) -> Source:
        master = owner.master
        known = {one.key: one.sha256 for one in master.file.companions} if master else {}
        if master is None or known.get(info.key) == spooled.sha256:
            return owner
        found = await companion(info, spooled, self._deps.probe)
        if found.sha256:
            refs = [f"refs/{found.sha256}/{owner.asset_id}/{master.number}"]
            await keep(self._deps.library, refs, found.media_type, spooled)
        return _accompanied(owner, found)

    def _with(self, owner: Source, info: ObjectInfo, taken: Taken) -> Source:
        asset_id = owner.asset_id or owner.failed_asset or new_asset_id(self._bucket.name, owner.key, info)
        return owner.with_(asset_id=asset_id, versions=[*owner.versions, taken])


def _accompanied(owner: Source, found: Companion) -> Source:
    """With that companion at its master, which is announced again: there may be a proxy now."""

    def at(taken: Taken) -> Taken:
        if owner.master is None or taken.number != owner.master.number:
            return taken
        return taken.model_copy(update={"file": with_companion(taken.file, found), "announced": None})

    return owner.with_(versions=[at(taken) for taken in owner.versions])


def _unread(newest: Taken | None, info: ObjectInfo) -> bool:
    """Whether just that object version was taken without being read, in a life that ended before it was marked."""
    file = newest.file if newest and newest.file.sha256 is None else None
    return file is not None and (file.key, file.version_id, file.bytes) == (info.key, info.version_id, info.size)


def _back(owner: Source, key: str) -> Source:
    """What had been taken out came again: said of the newest version and of the one that stands, whatever the bytes."""
    said = {taken.number for taken in (owner.master, owner.newest) if taken}
    versions = [v.model_copy(update={"announced": None}) if v.number in said else v for v in owner.versions]
    out, removed = ([one for one in names if one != key] for names in (owner.out, owner.removed))
    return owner.with_(out=out, removed=removed, versions=versions)


def _before(owner: Source, key: str) -> FileFacet | None:
    """The version before, under the names that are one picture with this key; an edition's name is none of them."""
    alike = (one.file for one in reversed(owner.versions) if not one.refused and bare(one.file.key) == bare(key))
    return next(alike, None)


def _young(found: list[ObjectInfo]) -> bool:
    """Whether the store's own clock matters: only plain and empty versions are waited for."""
    return any(info.size == 0 or info.version_id in ("", "null") for info in found)
