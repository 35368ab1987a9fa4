"""Capture sequence: a frame that shows a product's code names the frames after it, until the next such frame.

A shoot that works so begins with a code. In a folder whose first frame shows none, codes are on the packages that
happen to be photographed, at the end of a product as well as at its beginning, and name nothing but themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from schemas.file import FileFacet
from schemas.roles import CODE_FRAME
from services.linker.claims import Evidence
from services.linker.match import LINKS, SUGGESTIONS, Link, Match

FOLLOWS = 0.93
"""So sure that a frame belongs to the code before it, where the code itself is sure."""
PAUSE_S = 2 * 3600
"""After a longer time, by the camera's clock, the code is not believed to be still meant."""
SECOND = "%Y:%m:%d %H:%M:%S"
"""How cameras write a time; parts of a second stand behind it."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Place:
    """Where a frame stands: `run`: folder, camera and scheme; `at` sorts the frames of a run; `taken` may be ""."""

    run: str
    at: str
    taken: str


@dataclass(frozen=True)
class Coded:
    """The code frame before a frame: its name, when it was taken, and what its code alone names."""

    name: str
    taken: str
    found: Match


def place_of(file: FileFacet) -> Place:
    """By the camera's clock, then by the number in its name.

    Without a clock only files of one scheme of names stand in one run: `IMG_2025` does not follow `boot_front`.
    """
    path = PurePosixPath(file.key)
    taken = str(file.embedded.get("taken") or "")
    taken = taken if clock(taken) else ""
    parts = str(file.embedded.get("subsec") or "").strip()
    taken += f".{parts[:6]}" if taken and parts.isascii() and parts.isdigit() else ""
    camera = [str(file.embedded.get(field) or "").strip() for field in ("make", "model")]
    name = path.name.casefold()
    numbered = _NUMBER.sub(lambda found: found[0].zfill(12), name)
    run = "\n".join([str(path.parent), *camera, "" if taken else _NUMBER.sub("0", name)])
    return Place(run, f"{taken} {numbered}", taken)


def clock(taken: str) -> datetime | None:
    """The camera's time; None where there is none."""
    try:
        return datetime.strptime(taken, f"{SECOND}.%f" if "." in taken else SECOND)
    except ValueError:
        return None


def follows(found: Match, taken: str, coded: Coded) -> Match:
    """A frame that nothing else speaks of, after a code frame."""
    between = _seconds(coded.taken, taken)
    if found.links or found.conflicts or (between is not None and between > PAUSE_S):
        return found
    when = f", taken {_told(between)} before," if between is not None else ", the code frame before it,"
    shows = coded.found.links[0].evidence[0].detail if coded.found.links else ""
    why = Evidence("sequence", f"{coded.name}{when} shows its code: {shows}")
    return handed_on(found, [replace(link, evidence=(why,)) for link in coded.found.links], FOLLOWS)


def handed_on(found: Match, links: Sequence[Link], share: float) -> Match:
    """A frame that nothing speaks of, with another frame's links, in its own role; `share`: what is left of their
    confidence."""
    role = found.role
    own = [
        replace(link, role=role.role, position=role.position, confidence=round(link.confidence * share, 3))
        for link in links
    ]
    sure = tuple(link for link in own if link.confidence >= LINKS)
    return replace(found, links=sure) if sure else replace(found, suggestions=tuple(own[:SUGGESTIONS]))


def _seconds(before: str, after: str) -> float | None:
    first, then = clock(before), clock(after)
    return (then - first).total_seconds() if first and then else None


def _told(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def as_code_frame(found: Match) -> Match:
    """The same links, of a frame that is not published."""
    return replace(found, links=tuple(replace(link, role=CODE_FRAME) for link in found.links))


def opens(found: Match, before: Match | None) -> bool:
    """Whether this code begins something new: a second picture of the same code is a picture of the package."""
    return bool(found.links) and (before is None or _skus(before.links) != _skus(found.links))


def _skus(links: Sequence[Link]) -> set[str]:
    return {link.sku for link in links}
