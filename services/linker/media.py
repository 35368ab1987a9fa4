"""The links of one SKU → its media in the order in which a shop shows them. One main; pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.product import Limits
from schemas.roles import ROLES
from services.linker.names import tokens
from services.linker.products import Look
from services.linker.variants import model_look
from services.linker.vocabulary import edition

Inherited = Literal["", "colour", "model", "group"]
NO_MAIN = frozenset({"video", "model-3d", "manual", "size-chart", "frame-360", "campaign"})
"""Roles whose media are never the main picture, wherever a person puts them."""
LEADING = ("main", "front")
"""Roles that the first picture may have."""
_PLACE = {role: at for at, role in enumerate(ROLES)}


@dataclass(frozen=True)
class MediaLink:
    """One asset linked to the SKU. `look` as the link has it; `name` is the asset's name and breaks ties.

    via: the category or collection of the product that it is linked to. limits: where alone it may be shown.
    """

    asset: str
    role: str
    confidence: float
    position: int = 0
    look: Look = ()
    name: str = ""
    via: str = ""
    limits: Limits | None = None


@dataclass(frozen=True)
class Media:
    """One medium in its place. inherited: colour (a model shows one of its colours), model (variants show its own),
    group (products show those of their categories and collections).
    """

    asset: str
    role: str
    confidence: float
    inherited: Inherited = ""
    via: str = ""
    limits: Limits | None = None


def variant_media(
    own: Iterable[MediaLink],
    model: Iterable[MediaLink] = (),
    order: Sequence[str] = (),
    campaigns: Iterable[MediaLink] = (),
) -> tuple[Media, ...]:
    """A product's own pictures, then those that speak of its whole model, then those of its categories and collections.

    model, campaigns: the links of these. order: assets in the order that a person gave them; others come after them as
    they would.
    """
    mine = _sorted(own)
    shared = _sorted(link for link in model if not link.look)
    both: list[tuple[MediaLink, Inherited]] = [*((link, "") for link in mine), *((link, "model") for link in shared)]
    return _one_main([*both, *_campaigns(campaigns)], order)


def model_media(
    own: Iterable[MediaLink],
    order: Sequence[str] = (),
    campaigns: Iterable[MediaLink] = (),
    variants: Collection[Look] = (),
) -> tuple[Media, ...]:
    """Pictures of the whole model, then those of the one colour that shows it; others would look like its views.

    variants: the looks that its variants have, or had before they were removed.
    """
    links = _sorted(own)
    counts: dict[Look, int] = {}
    for link in links:
        if link.look:
            counts[link.look] = counts.get(link.look, 0) + 1
    shown = model_look(counts, variants)
    whole: list[tuple[MediaLink, Inherited]] = [(link, "") for link in links if not link.look]
    colour: list[tuple[MediaLink, Inherited]] = [(link, "colour") for link in links if link.look and link.look == shown]
    return _one_main([*whole, *colour, *_campaigns(campaigns)], order)


def _campaigns(links: Iterable[MediaLink]) -> list[tuple[MediaLink, Inherited]]:
    return [(link, "group") for link in _sorted(links)]


def _sorted(links: Iterable[MediaLink]) -> list[MediaLink]:
    """By role, position, edition, confidence, name: the same links always give the same order. An asset counts once.

    `main_v2` comes before `main`: whoever names a picture so means it instead of the other.
    """

    def place(link: MediaLink) -> tuple[int, bool, int, int, float, str, str, Look]:
        role, newest = _PLACE.get(link.role, len(ROLES)), -edition(tokens(link.name.rpartition("/")[2]))
        some = link.role in LEADING and bool(link.limits)  # whoever asks for no market is shown what counts for all
        return role, some, link.position, newest, -link.confidence, link.name, link.asset, link.look

    return list({link.asset: link for link in sorted(links, key=place, reverse=True)}.values())[::-1]


def _one_main(links: list[tuple[MediaLink, Inherited]], by_hand: Sequence[str]) -> tuple[Media, ...]:
    """One leads: what is for everybody before what is limited, a product's own before its model's, main before front.

    Further mains are additional pictures, unless they are limited otherwise: those are the mains of other markets,
    locales or channels.
    """
    first: dict[str, tuple[MediaLink, Inherited]] = {}
    for link, how in links:
        first.setdefault(link.asset, (link, how))
    once = list(first.values())
    if any(asset in first for asset in by_hand):
        return _by_hand(once, by_hand)
    led = min((one for one in once if one[0].role in LEADING), key=_leads, default=None)
    found: list[Media] = []
    mains: list[Limits | None] = []
    for link, how in [led, *(one for one in once if one is not led)] if led else once:
        doubled = link.role == "main" and (link.limits in mains or _is_elsewhere(how, led))
        mains += [link.limits] if link.role == "main" else []
        # Where no name says what it shows, the first is the main picture rather than none.
        alone = led is None and not found and link.role == "additional" and how != "group"
        found.append(_medium(link, "main" if alone else "additional" if doubled else link.role, how))
    return tuple(found)


def _leads(one: tuple[MediaLink, Inherited]) -> tuple[bool, bool, int]:
    link, how = one
    return bool(link.limits), how in ("model", "group"), LEADING.index(link.role)


def _is_elsewhere(how: Inherited, led: tuple[MediaLink, Inherited] | None) -> bool:
    """Whether it is its model's, while a picture of the product itself leads for everybody."""
    return how == "model" and led is not None and led[1] == "" and not led[0].limits


def _medium(link: MediaLink, role: str, how: Inherited) -> Media:
    return Media(link.asset, role, link.confidence, how, link.via, link.limits)


def _by_hand(links: list[tuple[MediaLink, Inherited]], order: Sequence[str]) -> tuple[Media, ...]:
    """The first picture in the order that a person gave is the main one, whatever its role is elsewhere.

    Where that is limited, the first one for everybody is a main, too.
    """
    place = {asset: at for at, asset in enumerate(order)}
    ordered = sorted(links, key=lambda one: place.get(one[0].asset, len(place)))
    able = [(at, link) for at, (link, _) in enumerate(ordered) if link.role not in NO_MAIN]
    leads = {at for at, _ in able[:1]} | {at for at, _ in [one for one in able if not one[1].limits][:1]}
    found = []
    for at, (link, how) in enumerate(ordered):
        role = "main" if at in leads else "additional" if link.role == "main" else link.role
        found.append(_medium(link, role, how))
    return tuple(found)
