"""Of two files of one photograph the better one is kept, with all that is known of both; the other is purged. Pure.

A purge can be taken back for days, and so can all of this, as one batch. Where the two may not be shown at the same
times and places, a person says first what counts: the wrong one's rights would keep the picture from everybody, or give
it to anybody.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.curation import AVAILABLE_FROM, AVAILABLE_UNTIL, HEIR, HOLD, OWN, PURGE, USED
from schemas.limits import LIMITS
from schemas.rights import ARCHIVED, NOTHING, Said, said_of
from schemas.roles import ROLE
from services.catalog.curation import ALT, CAPTION, LINK, TAG

GOES_ALONG = (TAG, LINK, ALT, CAPTION, OWN, USED, LIMITS)
"""Beginnings of fields that the one that is kept takes over where it says nothing itself."""
TIMES = (AVAILABLE_FROM, AVAILABLE_UNTIL)


@dataclass(frozen=True)
class Copy:
    """One of the two, as the shop has it. fields: people's decisions; collections: id → its place there; folder: what
    its folder says of its rights; waits: a newer version may still take its place."""

    id: str
    name: str
    pixels: int
    quality: int
    live: bool
    skus: Collection[str]
    roles: Collection[str]
    fields: Mapping[str, Any] = field(default_factory=dict)
    collections: Mapping[str, int] = field(default_factory=dict)
    folder: Said = NOTHING
    waits: bool = False

    @property
    def goodness(self) -> tuple[int, int, bool, bool]:
        """The larger the better: pixels first, then how good they are, then what is in use."""
        return self.pixels, self.quality, self.live, bool(self.skus)


class NotMerged(Exception):
    """Why these two stay as they are, for people."""


@dataclass(frozen=True)
class Merged:
    """What is decided of both, and of collections: entity → {set, clear}."""

    keeps: Copy
    goes: Copy
    decided: Mapping[str, dict[str, dict[str, Any]]]


def same_products(one: Copy, other: Copy) -> bool:
    """Whether both show the same, or one of them nothing: only such pairs are merged many at a time."""
    return not one.skus or not other.skus or set(one.skus) == set(other.skus)


def merged(one: Copy, other: Copy) -> Merged:
    """Raises NotMerged where a newer version of one waits, the one that goes is on hold, or other rights, times or
    limits hold for it."""
    if waiting := [copy.name for copy in (one, other) if copy.waits]:
        raise NotMerged(f"A newer version of {' and '.join(waiting)} is not live yet. See to that first, or purge one.")
    keeps, goes = (one, other) if (one.goodness, other.id) >= (other.goodness, one.id) else (other, one)
    if HOLD in goes.fields:
        raise NotMerged(f"{goes.name} is on hold; nothing of it may go.")
    if others := _others(keeps, goes):
        raise NotMerged(
            f"{keeps.name} and {goes.name} differ in {', '.join(others)}. Say the same of both, or purge one."
        )
    if goes.live and not keeps.live:
        raise NotMerged(
            f"{keeps.name} is the better one, but only {goes.name} is live. Approve it first, or purge one."
        )
    taken = {name: value for name, value in goes.fields.items() if name == ROLE or name.startswith(GOES_ALONG)}
    new = {name: value for name, value in taken.items() if name not in keeps.fields}
    new |= {
        f"{LINK}{sku}": "linked" for sku in goes.skus if sku not in keeps.skus and f"{LINK}{sku}" not in keeps.fields
    }
    if not keeps.skus and goes.skus and ROLE not in {*keeps.fields, *new} and len(goes.roles) == 1:
        new[ROLE] = next(iter(goes.roles))
    decided: dict[str, dict[str, dict[str, Any]]] = {}
    if new:
        decided[f"asset/{keeps.id}"] = {"set": new}
    for collection, place in goes.collections.items():
        if collection not in keeps.collections:
            decided[f"collection/{collection}"] = {"set": {f"asset:{keeps.id}": place}}
    decided[f"asset/{goes.id}"] = {"set": {PURGE: f"{keeps.name} ({keeps.id}) is the better copy.", HEIR: keeps.id}}
    return Merged(keeps, goes, decided)


def _others(keeps: Copy, goes: Copy) -> list[str]:
    """What of the rights is not the same, for people."""
    mine, its = said_of(keeps.fields, keeps.folder), said_of(goes.fields, goes.folder)
    found = {
        "their licence": mine.licence != its.licence,
        "the consent": mine.consent != its.consent,
        "whether they are archived": bool(keeps.fields.get(ARCHIVED)) != bool(goes.fields.get(ARCHIVED)),
        "their times": any(keeps.fields.get(name) != goes.fields.get(name) for name in TIMES),
        "their limits": _limits(keeps, goes) != _limits(goes, keeps),
    }
    return [what for what, differs in found.items() if differs]


def _limits(one: Copy, other: Copy) -> dict[str, Any]:
    """Of all its links, and of those that both have: those of another link go along with it."""
    both = {LIMITS, *(f"{LIMITS}:{sku}" for sku in {*one.skus} & {*other.skus})}
    return {name: value for name, value in one.fields.items() if name in both and value}
