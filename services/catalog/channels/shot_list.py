"""What has still to be photographed: the roles that channels lack of a product, each with a name for its file. Pure.

The channels' own rules are the only source: a place that holds fewer pictures than it needs, or is better with, asks
for the first of its roles that no picture of the product fills, in this place or in another: who drops a file of the
same name replaces what is there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, count
from typing import NamedTuple

from pydantic import BaseModel, Field

from services.catalog.channels.model import RuleSet, Slot
from services.catalog.channels.verdict import ELSEWHERE, Place, Readiness

ENDINGS = {"image": "jpg", "video": "mp4", "model": "glb", "document": "pdf"}
OF_NUMBER = ("least", "advised")
"""Rules whose findings speak of too few pictures."""
HIDDEN = f"{ELSEWHERE.capitalize()} does not fit."
"""Of one that lies where who asks may not look: why is told to nobody else."""
_NOT_IN_NAMES = re.compile(r"[^\w.+-]+")


class Need(BaseModel):
    """Why a channel wants it."""

    channel: str = Field(examples=["amazon"])
    required: bool = Field(description="Without it the product is blocked there; else the product is better with it")
    why: str = Field(examples=["main: 0 of at least 1 that fit."])


class Shot(BaseModel):
    """One picture to take. It counts for all SKUs that look the same: sizes of one colour."""

    sku: str = Field(description="The first of `skus`")
    skus: list[str]
    name: str = Field(description="The product's")
    role: str = Field(examples=["back"])
    file: str = Field(description="Named so, it is linked by itself", examples=["MH01-XS-Black_back.jpg"])
    needs: list[Need]

    @property
    def required(self) -> bool:
        """Whether any of the channels is closed to the product without it."""
        return any(need.required for need in self.needs)


class Same(NamedTuple):
    """SKUs that one picture shows, and the product's name."""

    skus: tuple[str, ...]
    name: str


def shots(same: Same, judged: Iterable[tuple[Readiness, RuleSet]]) -> list[Shot]:
    """What is missing of these on all of those channels; what is required first, then in the order of the rules."""
    found: dict[tuple[str, str], dict[str, Need]] = {}
    names: dict[str, set[str]] = {}
    for verdict, rules in judged:
        for one in (one for place in verdict.places for one in place.pictures):
            names.setdefault(one.name.casefold(), set()).add(one.role)
        there = _there(verdict.places, rules.slots)
        for place, slot in zip(verdict.places, rules.slots, strict=True):
            for role in _roles(place, {role for kind, role in there if kind == slot.kind}):
                need = Need(channel=verdict.channel, required=_good(place) < slot.least, why=_why(place, role))
                found.setdefault((role, ENDINGS[slot.kind]), {}).setdefault(verdict.channel, need)
    made = [
        Shot(
            sku=same.skus[0],
            skus=list(same.skus),
            name=same.name,
            role=role,
            file=_free(same.skus[0], role, ending, names),
            needs=list(needs.values()),
        )
        for (role, ending), needs in found.items()
    ]
    return sorted(made, key=lambda shot: not shot.required)


def file_name(sku: str, role: str, ending: str = "jpg") -> str:
    """What a file is to be called so that it is linked without any rule: words and signs that every system takes."""
    return f"{_NOT_IN_NAMES.sub('-', sku).strip('-.')}_{role}.{ending}"


def _free(sku: str, role: str, ending: str, names: Mapping[str, Set[str]]) -> str:
    """A name that no picture of another role has, as one of which people changed the role: it would be replaced."""
    numbers = chain([""], (f"_{n}" for n in count(2)))
    wishes = (file_name(sku, f"{role}{number}", ending) for number in numbers)
    return next(wish for wish in wishes if names.get(wish.casefold(), {role}) == {role})


def _good(place: Place) -> int:
    return sum(one.state != "blocked" for one in place.pictures) + place.spare


def _there(places: Sequence[Place], slots: Sequence[Slot]) -> set[tuple[str, str]]:
    """(kind, role) of what fits, whichever place has it: a front picture may be the main one."""
    pairs = zip(places, slots, strict=True)
    return {(slot.kind, one.role) for place, slot in pairs for one in place.pictures if one.state != "blocked"}


def _roles(place: Place, there: Set[str]) -> Iterator[str]:
    free = [role for role in place.missing if role not in there]
    yield from free[: max(place.least, place.advised) - _good(place)]


def _why(place: Place, role: str) -> str:
    """Too few, and what is wrong with the one that is there."""
    unfit = [one for one in place.pictures if one.role == role and one.state == "blocked"]
    causes = [(one, finding.cause) for one in unfit for finding in one.findings if finding.state == "blocked"]
    said = [f"{one.name}: {cause}" if one.asset_id else HIDDEN for one, cause in causes]
    return " ".join(dict.fromkeys([*(finding.cause for finding in place.findings if finding.rule in OF_NUMBER), *said]))
