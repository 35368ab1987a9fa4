"""Which names have vanished from the inbox. Those that moved go on alone; of the rest too many are not believed.

A person answers for these with `packshot sweep --confirm-removals FOLDER`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from services.ingest.source import Source, path_of


@dataclass(frozen=True)
class Guard:
    """At most this share of a folder (and always so many) may vanish at once before somebody is asked."""

    share: float = 0.05
    least: int = 20


@dataclass(frozen=True)
class Vanished:
    """`removed`: names to be noted as gone; `held_back`: folder → names, too many to believe."""

    removed: list[Source]
    held_back: dict[str, list[Source]]


@dataclass(frozen=True)
class _Bytes:
    """What lay under a name last, and when its asset began."""

    sha256: str
    began: datetime


def folder_of(key: str) -> str:
    """The folder that a name lies in; `.` is the top."""
    return str(PurePosixPath(key).parent)


def lies_in(folder: str, within: str) -> bool:
    """Whether it is that folder, or one below it. Everything is below `.`."""
    return PurePosixPath(folder).is_relative_to(within)


def vanished(sources: Mapping[str, Source], bucket: str, there: Collection[str], guard: Guard) -> Vanished:
    """Judge a bucket's names. sources: all records by path; there: the keys that lie in the bucket."""
    folders: dict[str, list[Source]] = defaultdict(list)
    for source in sources.values():
        taken = source.bucket == bucket and (source.versions or source.part_of)
        if taken and source.gone is None and source.out_since is None:
            folders[folder_of(source.key)].append(source)
    known = [source for members in folders.values() for source in members]
    moved = _moved([s for s in known if s.key not in there], [s for s in known if s.key in there], sources)
    found = Vanished([source for source in known if source.key in moved], {})
    for folder, members in folders.items():
        lost = [source for source in members if source.key not in there and source.key not in moved]
        if len(lost) > max(guard.least, guard.share * len(members)):
            found.held_back[folder] = lost
        else:
            found.removed.extend(lost)
    return found


def _moved(missing: Iterable[Source], standing: Iterable[Source], sources: Mapping[str, Source]) -> set[str]:
    """The keys of which a newer name holds the same bytes; each such name stands for one of them."""
    lost = [(held, source.key) for source in missing if (held := _bytes_of(source, sources))]
    newer: dict[str, list[datetime]] = defaultdict(list)
    for source in standing if lost else []:
        if held := _bytes_of(source, sources):
            newer[held.sha256].append(held.began)
    for times in newer.values():
        times.sort()
    moved: set[str] = set()
    for held, key in sorted(lost, key=lambda one: one[0].began, reverse=True):
        times = newer[held.sha256]
        if times and times[-1] >= held.began:  # stores may tell whole seconds
            times.pop()
            moved.add(key)
    return moved


def _bytes_of(source: Source, sources: Mapping[str, Source]) -> _Bytes | None:
    """None where its bytes were refused: they lay nowhere but in the inbox."""
    owner = sources.get(path_of(source.bucket, source.part_of)) if source.part_of else source
    if owner is None or not owner.owns or owner.master is None:
        return None
    companions = {one.key: one.sha256 for one in owner.master.file.companions}
    last = next((taken for taken in reversed(owner.versions) if taken.file.key == source.key), None)
    sha256 = companions.get(source.key) or (last.file.sha256 if last and not last.refused else None)
    return _Bytes(sha256, owner.versions[0].file.arrived) if sha256 else None
