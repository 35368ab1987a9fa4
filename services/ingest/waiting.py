"""Which object versions can be taken now, which must be waited for, and for how long."""

from dataclasses import dataclass, replace
from datetime import datetime

from runtime.objects import ObjectInfo
from services.ingest.source import Source, mark


@dataclass(frozen=True)
class Patience:
    """Seconds: how long a plain (SFTP, WebDAV) version must stand still, how long an empty one is waited for."""

    still_s: float
    empty_s: float


@dataclass(frozen=True)
class Look:
    """What to do with a key: take these, oldest first; then come back in `wait_s` seconds (None: no need)."""

    take: list[ObjectInfo]
    wait_s: float | None = None


def dated(source: Source, versions: list[ObjectInfo], now: datetime) -> tuple[Source, list[ObjectInfo]]:
    """Give an empty file that has no time the one at which it was first seen, kept in the source.

    SeaweedFS dates what WebDAV makes empty, as Finder does before it sends the bytes, to the first second of 1970.
    """
    if not versions or versions[-1].size or versions[-1].deleted or versions[-1].modified.timestamp() > 0:
        return source.with_(empty_since=None), versions
    since = source.empty_since or now
    return source.with_(empty_since=since), [*versions[:-1], replace(versions[-1], modified=since)]


def look(source: Source, versions: list[ObjectInfo], now: datetime, patience: Patience) -> Look:
    """Decide by what the bucket holds now. `versions` oldest first, delete markers among them; `now` by the store."""
    seen = set(source.seen)
    fresh = [v for v in versions if not v.deleted and mark(v) not in seen]
    takes: list[ObjectInfo] = []
    for info in fresh:
        age = (now - info.modified).total_seconds()
        plain = info.version_id in ("", "null")
        last = info is versions[-1]  # of all: what is taken or deleted already has superseded it too
        if info.size == 0 and last and age < patience.empty_s:
            return Look(takes, max(patience.still_s, 1.0) if plain else min(60.0, patience.empty_s - age))
        if info.size == 0 and not last:
            continue  # created before it was filled or removed: nothing that anybody sent
        if plain and age < patience.still_s:
            return Look(takes, patience.still_s - age + 0.2)
        takes.append(info)
    return Look(takes)


def on_its_way(since: datetime, size: int, now: datetime, grace: Patience) -> bool:
    """Whether its own hint or timer may still come: it is younger than `grace.still_s`, or empty and waited for."""
    return (now - since).total_seconds() < (grace.empty_s if size == 0 else grace.still_s)
