"""Where a picture may be shown, compared with who asks: of these the fallback is stated. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.product import Limits, MediaItem

LIMITS = "limits"
"""Curation field `limits` {markets, locales, channels}: of all links of an asset; `limits:<sku>`: of one."""
KINDS = ("markets", "locales", "channels")


class Audience(NamedTuple):
    """Who is to see it; empty: whoever. Of a channel with several names, `marketplace/amazon`, limits name any."""

    market: str = ""
    locale: str = ""
    channel: str = ""


class Choice(NamedTuple):
    """What this audience sees, main first, and where it is given something else than it asked for, in words."""

    items: list[MediaItem]
    notes: list[str]


def of_words(limits: Limits) -> str:
    """`markets de, at; channels print`."""
    told = ((kind, getattr(limits, kind)) for kind in KINDS)
    return "; ".join(f"{kind if len(names) > 1 else kind[:-1]} {', '.join(names)}" for kind, names in told if names)


def apart(one: Limits | None, other: Limits | None) -> bool:
    """Whether what both allow is nothing: they name other markets, locales or channels."""
    both = ((getattr(one, kind), getattr(other, kind)) for kind in KINDS) if one and other else ()
    return any(mine and theirs and not _common(mine, theirs) for mine, theirs in both)


def meet(one: Limits | None, other: Limits | None) -> Limits | None:
    """What both allow, where they are not `apart`."""
    if not one or not other:
        return one or other or None
    both = ((kind, getattr(one, kind), getattr(other, kind)) for kind in KINDS)
    return Limits(**{kind: _common(mine, its) if mine and its else mine or its for kind, mine, its in both})


def shut_out(limits: Limits | None, audience: Audience) -> str | None:
    """The market or channel asked for that these limits leave out, in words; None where they leave out none."""
    for kind, asked in (("markets", audience.market), ("channels", audience.channel)):
        names = getattr(limits, kind) if limits else []
        if names and asked and not _named(kind, asked, names):
            return f"the {kind.removesuffix('s')} {asked.replace('/', ' or ')}"
    return None


def _named(kind: str, asked: str, names: list[str]) -> bool:
    """A channel may be called by several names, `marketplace/amazon`: limits may speak of either."""
    called = {asked, *asked.split("/")} if kind == "channels" else {asked}
    return not set(map(plain, called)).isdisjoint(map(plain, names))


def _common(mine: list[str], theirs: list[str]) -> list[str]:
    known = {plain(name) for name in theirs}
    return [name for name in mine if plain(name) in known]


def choose(items: Iterable[MediaItem], audience: Audience) -> Choice:
    """Markets and channels are held to: what is limited to others is not given. For a locale without a picture of some
    role, that of another locale of its language is, then that of any; which is said.
    """
    there = list(items)
    allowed = [one for one in there if _fits(one, "markets", audience.market)]
    allowed = [one for one in allowed if _fits(one, "channels", audience.channel)]
    chosen: list[MediaItem] = []
    notes: list[str] = []
    for role in dict.fromkeys(one.role for one in allowed):
        of_role = [one for one in allowed if one.role == role]
        level = min(_distance(one, audience.locale) for one in of_role)
        given = [one for one in of_role if _distance(one, audience.locale) == level or not _locales(one)]
        chosen += given
        if level:
            other = ", ".join(dict.fromkeys(name for one in given for name in _locales(one)))
            notes.append(f"{role}: nothing for the locale {audience.locale}; what is for {other} is given.")
    notes += _missing(there, allowed, audience)
    return Choice(_one_main([one for one in allowed if one in chosen], audience), notes)


def _fits(item: MediaItem, kind: str, asked: str) -> bool:
    names = getattr(item.limits, kind) if item.limits else []
    return not names or not asked or _named(kind, asked, names)


def _locales(item: MediaItem) -> list[str]:
    return item.limits.locales if item.limits else []


def _distance(item: MediaItem, asked: str) -> int:
    """0: for this locale or all; 1: of its language; 2: of another."""
    names = [plain(name) for name in _locales(item)]
    wanted = plain(asked)
    if not names or not asked or wanted in names or wanted.partition("-")[0] in names:
        return 0
    return 1 if wanted.partition("-")[0] in (name.partition("-")[0] for name in names) else 2


def _missing(items: list[MediaItem], allowed: list[MediaItem], audience: Audience) -> list[str]:
    """Roles that others have and this audience has not."""
    asked = (("market", audience.market), ("channel", audience.channel))
    who = " and ".join(f"the {kind} {name.replace('/', ' or ')}" for kind, name in asked if name)
    given = {one.role for one in allowed}
    lacking = dict.fromkeys(one.role for one in items if one.role not in given)
    return [f"{role}: nothing for {who}; what there is, is limited to others." for role in lacking]


def _one_main(items: list[MediaItem], audience: Audience) -> list[MediaItem]:
    """Of several mains the one that is most for this audience; the others are additional pictures."""
    mains = [one for one in items if one.role == "main"]
    if not mains:
        return items
    lead = max(mains, key=lambda one: _meant(one, audience))
    return [lead, *(_further(one) for one in items if one is not lead)]


def _further(item: MediaItem) -> MediaItem:
    return item.model_copy(update={"role": "additional"}) if item.role == "main" else item


def _meant(item: MediaItem, audience: Audience) -> int:
    """How many of the things asked for its limits name."""
    asked = zip(KINDS, audience, strict=True)
    named = (bool(value) and bool(item.limits and getattr(item.limits, kind)) for kind, value in asked)
    return sum(named) - 3 * bool(_distance(item, audience.locale))


def plain(name: str) -> str:
    """As names of markets and channels are compared."""
    return name.strip().casefold().replace("_", "-")
