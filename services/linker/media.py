"""The links of one SKU → its media in the order in which a shop shows them. One main; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.roles import ROLES
from services.linker.names import tokens
from services.linker.products import Look
from services.linker.variants import model_look
from services.linker.vocabulary import edition

Inherited = Literal["", "colour", "model"]
NO_MAIN = frozenset({"video", "manual", "size-chart", "frame-360"})
"""Roles whose media are never the main picture, wherever a person puts them."""
_PLACE = {role: at for at, role in enumerate(ROLES)}


@dataclass(frozen=True)
class MediaLink:
    """One asset linked to the SKU. `look` as the link has it; `name` is the asset's name and breaks ties."""

    asset: str
    role: str
    confidence: float
    position: int = 0
    look: Look = ()
    name: str = ""


@dataclass(frozen=True)
class Media:
    """One medium in its place. inherited: colour (a model shows one of its colours), model (variants show its own)."""

    asset: str
    role: str
    confidence: float
    inherited: Inherited = ""


def variant_media(
    own: Iterable[MediaLink], model: Iterable[MediaLink] = (), order: Sequence[str] = ()
) -> tuple[Media, ...]:
    """A product's own pictures, then those that speak of its whole model. `model`: the links of its model.

    order: assets in the order that a person gave them; others come after them as they would.
    """
    mine = _sorted(own)
    shared = _sorted(link for link in model if not link.look)
    return _one_main([*((link, "") for link in mine), *((link, "model") for link in shared)], order)


def model_media(own: Iterable[MediaLink], order: Sequence[str] = ()) -> tuple[Media, ...]:
    """Pictures of the whole model, then those of the one colour that has most; others would look like its views."""
    links = _sorted(own)
    counts: dict[Look, int] = {}
    for link in links:
        if link.look:
            counts[link.look] = counts.get(link.look, 0) + 1
    shown = model_look(counts)
    whole: list[tuple[MediaLink, Inherited]] = [(link, "") for link in links if not link.look]
    return _one_main([*whole, *((link, "colour") for link in links if link.look and link.look == shown)], order)


def _sorted(links: Iterable[MediaLink]) -> list[MediaLink]:
    """By role, position, edition, confidence, name: the same links always give the same order. An asset counts once.

    `main_v2` comes before `main`: whoever names a picture so means it instead of the other.
    """

    def place(link: MediaLink) -> tuple[int, int, int, float, str, str, Look]:
        role, newest = _PLACE.get(link.role, len(ROLES)), -edition(tokens(link.name.rpartition("/")[2]))
        return role, link.position, newest, -link.confidence, link.name, link.asset, link.look

    return list({link.asset: link for link in sorted(links, key=place, reverse=True)}.values())[::-1]


def _one_main(links: list[tuple[MediaLink, Inherited]], by_hand: Sequence[str]) -> tuple[Media, ...]:
    """The first main or else the first front view leads; further mains are additional pictures."""
    first: dict[str, tuple[MediaLink, Inherited]] = {}
    for link, how in links:
        first.setdefault(link.asset, (link, how))
    once = list(first.values())
    if any(asset in first for asset in by_hand):
        return _by_hand(once, by_hand)
    roles = [link.role for link, _ in once]
    lead = next((roles.index(role) for role in ("main", "front") if role in roles), 0)
    order = [lead, *(at for at in range(len(once)) if at != lead)] if once else []
    found = []
    for at in order:
        link, how = once[at]
        role = "additional" if link.role == "main" and at != lead else link.role
        found.append(Media(link.asset, role, link.confidence, how))
    return tuple(found)


def _by_hand(links: list[tuple[MediaLink, Inherited]], order: Sequence[str]) -> tuple[Media, ...]:
    """The first picture in the order that a person gave is the main one, whatever its role is elsewhere."""
    place = {asset: at for at, asset in enumerate(order)}
    ordered = sorted(links, key=lambda one: place.get(one[0].asset, len(place)))
    lead = next((at for at, (link, _) in enumerate(ordered) if link.role not in NO_MAIN), None)
    found = []
    for at, (link, how) in enumerate(ordered):
        role = "main" if at == lead else "additional" if link.role == "main" else link.role
        found.append(Media(link.asset, role, link.confidence, how))
    return tuple(found)
