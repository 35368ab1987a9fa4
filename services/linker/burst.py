"""A burst: what a camera took within a second or two is one product, so frames that say nothing learn it of the others.

Only frames that speak for themselves (by name, fields, what is read in them, a person's word) are heard, so what a
frame learns depends on no order. Where they do not agree, nothing is learnt. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

from schemas.links import Link as Linked
from services.linker.claims import Evidence
from services.linker.match import Link, Match
from services.linker.sequence import SECOND, clock, handed_on

WITHIN = timedelta(seconds=2)
"""So near by the camera's clock, in whole seconds or with parts of them, as the camera tells it."""
MOST = 60
"""So many frames may lie in one burst, and so far apart may their counters be: where there are more in two seconds, the
clock is not a camera's."""
SHARES = 0.93
"""So sure that a frame shows what the frames of its burst show, where these are sure."""
_COUNTER = re.compile(r"\d+")


@dataclass(frozen=True)
class Witness:
    """A frame and what it says of itself, under people's decisions. torn: its evidence contradicts itself."""

    name: str
    taken: str
    links: tuple[Linked, ...]
    torn: bool = False


def window(taken: str) -> tuple[str, str]:
    """What `Place.at` lies between (the end not included) of frames near to this one; ("", "") without a clock."""
    at = clock(taken)
    if at is None:
        return "", ""
    return (at - WITHIN).strftime(SECOND), (at + WITHIN + timedelta(seconds=1)).strftime(SECOND)


def is_near(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two frames of one camera and folder, as (key, taken), are of one burst: by the clock and the counter."""
    here, there = clock(one[1]), clock(other[1])
    if here is None or there is None or abs(there - here) > WITHIN:
        return False
    (scheme, number), (its_scheme, its_number) = _counted(one[0]), _counted(other[0])
    return scheme == its_scheme and abs(number - its_number) <= MOST


def _counted(key: str) -> tuple[str, int]:
    """The name but for its numbers and its ending, and the last of its numbers: `img_0`, 42."""
    stem = PurePosixPath(key).stem.casefold()
    numbers = _COUNTER.findall(stem)
    return _COUNTER.sub("0", stem), int(numbers[-1]) if numbers else 0


def shared(found: Match, taken: str, witnesses: Sequence[Witness]) -> Match:
    """A frame that says nothing, among these frames of its burst: what they agree on."""
    heard = [one for one in witnesses if one.links or one.torn]
    said = [frozenset(link.sku for link in one.links) for one in heard]
    most = max(said, key=len, default=frozenset[str]())
    if not most or any(one.torn for one in heard) or any(not skus <= most for skus in said):
        return found
    telling = [one for one, skus in zip(heard, said, strict=True) if skus == most]
    nearest = min(telling, key=lambda one: (abs(_between(taken, one.taken)), one.name))
    return handed_on(found, [_link(link, nearest, _between(taken, nearest.taken)) for link in nearest.links], SHARES)


def _between(taken: str, other: str) -> float:
    here, there = clock(taken), clock(other)
    return (there - here).total_seconds() if here and there else 0.0


def _link(link: Linked, of: Witness, seconds: float) -> Link:
    when = "at the same time" if not seconds else f"{abs(seconds):.2g} s {'after' if seconds > 0 else 'before'} it"
    people = next((reason.detail for reason in link.evidence if reason.kind == "person"), "")
    why = people or (link.evidence[0].detail if link.evidence else "")
    detail = f"{PurePosixPath(of.name).name}, taken {when} in the same burst, shows it: {why}"
    return Link(link.sku, "", link.confidence, (Evidence("burst", detail),), link.level, tuple(link.look))
