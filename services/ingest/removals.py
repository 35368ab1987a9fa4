"""Which names have vanished from the inbox. Those that moved go on alone; of the rest too many are not believed.

A person answers for these with `packshot sweep --confirm-removals FOLDER`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from services.ingest.ledger import Ledger

_LOST = """
SELECT names.key, names.folder, held.sha256, held.began
FROM names LEFT JOIN held ON held.owner = names.owner AND held.key = names.key
WHERE names.standing AND names.bucket = ? AND NOT EXISTS (SELECT 1 FROM there WHERE there.key = names.key)
ORDER BY names.path
"""
_MEMBERS = """
SELECT folder, count(*) FROM names
WHERE standing AND bucket = ? AND folder IN (SELECT value FROM json_each(?)) GROUP BY folder
"""
_SAME_BYTES = """
SELECT held.sha256, held.began FROM held
JOIN names ON names.key = held.key AND names.owner = held.owner
JOIN there ON there.key = held.key
WHERE names.standing AND names.bucket = ? AND held.sha256 IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True)
class Guard:
    """At most this share of a folder (and always so many) may vanish at once before somebody is asked."""

    share: float = 0.05
    least: int = 20


@dataclass(frozen=True)
class Vanished:
    """`removed`: names to be noted as gone; `held_back`: folder → names, too many to believe."""

    removed: list[str]
    held_back: dict[str, list[str]]


class Lost(NamedTuple):
    """A name that was taken and lies there no more. sha256: what lay there last, None: it was refused."""

    key: str
    folder: str
    sha256: str | None
    began: float | None
    """When its asset did, Unix time."""


def lies_in(folder: str, within: str) -> bool:
    """Whether it is that folder, or one below it. Everything is below `.`."""
    return PurePosixPath(folder).is_relative_to(within)


async def vanished(ledger: Ledger, bucket: str, guard: Guard) -> Vanished:
    """Judge a bucket's names, by the ledger."""
    lost = [Lost(*row) for row in await ledger.all(_LOST, (bucket,))]
    if not lost:
        return Vanished([], {})
    folders = json.dumps(sorted({one.folder for one in lost}))
    members: dict[str, int] = dict(await ledger.all(_MEMBERS, (bucket, folders)))
    bytes_ = json.dumps(sorted({one.sha256 for one in lost if one.sha256}))
    return judged(lost, await ledger.all(_SAME_BYTES, (bucket, bytes_)), members, guard)


def judged(lost: list[Lost], same: Iterable[tuple[str, float]], members: Mapping[str, int], guard: Guard) -> Vanished:
    """same: content and beginning of names that lie there; members: folder → how many were taken there. Pure."""
    moved = _moved(lost, same)
    found = Vanished([one.key for one in lost if one.key in moved], {})
    folders: dict[str, list[str]] = defaultdict(list)
    for one in lost:
        if one.key not in moved:
            folders[one.folder].append(one.key)
    for folder, keys in folders.items():
        if len(keys) > max(guard.least, guard.share * members[folder]):
            found.held_back[folder] = keys
        else:
            found.removed.extend(keys)
    return found


def _moved(lost: Iterable[Lost], same: Iterable[tuple[str, float]]) -> set[str]:
    """The keys of which a newer name holds the same bytes; each such name stands for one of them."""
    newer: dict[str, list[float]] = defaultdict(list)
    for sha256, began in same:
        newer[sha256].append(began)
    for times in newer.values():
        times.sort()
    moved: set[str] = set()
    for one in sorted(lost, key=lambda one: one.began or 0.0, reverse=True):
        times = newer[one.sha256] if one.sha256 else []
        if times and times[-1] >= (one.began or 0.0):  # stores may tell whole seconds
            times.pop()
            moved.add(one.key)
    return moved
