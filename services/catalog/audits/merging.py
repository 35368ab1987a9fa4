"""Of two files of one photograph the better one is kept, with all that is known of both; the other is purged. Pure.

A purge can be taken back for days, and so can all of this, as one batch.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.curation import AVAILABLE_FROM, AVAILABLE_UNTIL, HOLD, OWN, PURGE, USED
from schemas.limits import LIMITS
from schemas.rights import CONSENT, LICENCE
from schemas.roles import ROLE
from services.catalog.curation import ALT, CAPTION, LINK, TAG

GOES_ALONG = (TAG, LINK, ALT, CAPTION, OWN, USED, LIMITS)
"""Beginnings of fields that the one that is kept takes over where it says nothing itself."""
ALSO = (ROLE, AVAILABLE_FROM, AVAILABLE_UNTIL, LICENCE, CONSENT)


@dataclass(frozen=True)
class Copy:
    """One of the two. pixels: of its shown version; fields: people's decisions; collections: id → its place there."""

    id: str
    name: str
    pixels: int
    quality: int
    live: bool
    skus: Collection[str]
    roles: Collection[str]
    fields: Mapping[str, Any] = field(default_factory=dict)
    collections: Mapping[str, int] = field(default_factory=dict)

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
    """Raises NotMerged where one of them is on hold, or they are told apart by what may be shown where."""
    keeps, goes = (one, other) if (one.goodness, other.id) >= (other.goodness, one.id) else (other, one)
    if HOLD in goes.fields:
        raise NotMerged(f"{goes.name} is on hold; nothing of it may go.")
    taken = {name: value for name, value in goes.fields.items() if name in ALSO or name.startswith(GOES_ALONG)}
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
    decided[f"asset/{goes.id}"] = {"set": {PURGE: f"{keeps.name} ({keeps.id}) is the better copy."}}
    return Merged(keeps, goes, decided)
