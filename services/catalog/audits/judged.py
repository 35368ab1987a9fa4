"""What the audit's rules ask of a picture and SQL cannot tell: made with its card, so it is never out of date. Pure.

A key stands there only where there is something to say, so that most pictures have next to nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from runtime import waves
from runtime.colour_words import distance, lab, resembling
from services.catalog.colour_said import apart
from services.catalog.curation import ALT, LinkRow, decided
from services.catalog.described import described
from services.catalog.origin import origin

HELD = ("linked", "confirmed")
SEEN = {"main": ("back", "bottom", "detail"), "front": ("back", "bottom", "detail"), "back": ("front",)}
"""Role → views that such a picture does not show."""
SURE = 0.9
"""Of a view that was learnt."""
MOSTLY = 0.4
"""Share of the product from which on a colour is what the product is like."""
NEARER = 0.04
"""By so much a colour is nearer than the one that is said."""
CORNER = 0.2
"""Share of the product's box, from each of its sides."""
READ, LETTERS = 0.8, 3
"""Confidence and letters from which on writing counts."""
Row = Mapping[str, Any]


class Called(NamedTuple):
    """A product's name and its colour, as the PIM says them; languages: that it is named in, where the PIM tells."""

    name: str
    colour: str = ""
    languages: tuple[str, ...] = ()


def judged(
    file: Row, tags: Row, later: Row, links: Iterable[LinkRow], products: Mapping[str, Called], fields: Row
) -> dict[str, Any]:
    """file, tags, later: data of the facets; products: by SKU.

    no_alt: true; speaks: languages of its products' names and of alternative texts, `*` is any; colour: {said, apart,
    off, like}, how far all of its colours and the largest are from the one that is said, and words of colours that the
    largest is nearer to; shade: Oklab; laid_over: text;
    seen: a view that its role does not show; origin: IPTC's word for how a machine made it, where its file says so.
    """
    held = [row for row in links if row.standing in HELD]
    known = [products[row.sku] for row in held if row.sku in products]
    told = {
        "no_alt": bool(known) and _nameless(file, known, fields),
        "speaks": _speaks(file, known, fields),
        "colour": _colour({one.colour for one in known if one.colour}, tags, later),
        "shade": _shade(tags, later),
        "laid_over": _laid_over(tags, later),
        "seen": _seen({row.role for row in held}, tags, later),
        "origin": made.source_type if (made := origin(file)) and made.machine else None,
    }
    return {name: value for name, value in told.items() if value}


def _nameless(file: Row, known: Iterable[Called], fields: Row) -> bool:
    return not decided(fields, ALT) and not _written(file) and not any(one.name for one in known)


def _written(file: Row) -> bool:
    """In the file or beside it: in a language that nobody stated."""
    return any(one.name == "alt" for one in described(file))


def _speaks(file: Row, known: Iterable[Called], fields: Row) -> list[str]:
    named = {language for one in known for language in one.languages}
    by_people = {language.partition("-")[0] for language in decided(fields, ALT)}
    return sorted(named | by_people | ({"*"} if _written(file) else set()))


def _colour(said: set[str], tags: Row, later: Row) -> dict[str, Any] | None:
    """Of products that all have one colour. What it looks like, its largest colour says: others may be a collar's."""
    colour = next(iter(said)) if len(said) == 1 else ""
    far = apart(colour, tags, later)
    if far is None:
        return None
    largest = [one["hex"] for one in waves.colours(tags, later)[:1]]
    off = distance(colour, largest) or 0.0
    nearer = {word for word, at in resembling(largest) if at < off - NEARER}
    return {"said": colour, "apart": far, "off": off, "like": sorted(nearer)} if far or nearer else None


def _shade(tags: Row, later: Row) -> list[float]:
    first: Row = next(iter(waves.colours(tags, later)), {})
    if not waves.composed(tags, later).get("box") or first.get("share", 0) < MOSTLY:
        return []
    return [round(part, 3) for part in lab(first["hex"])]


def _laid_over(tags: Row, later: Row) -> str:
    """Writing beside the product or in a corner of where it stands; elsewhere on it, it may be its own."""
    box = waves.composed(tags, later).get("box")
    lines = later.get("text") or []
    beside = [line["text"] for line in lines if box and _reads(line) and _beside(line.get("box"), box)]
    return " / ".join(beside)[:80]


def _reads(line: Row) -> bool:
    return line.get("confidence", 0) >= READ and sum(map(str.isalpha, line.get("text", ""))) >= LETTERS


def _beside(line: list[float] | None, box: list[float]) -> bool:
    """What is laid over is taken for a part of the product, whose box then reaches as far as it."""
    if not line or not box[2] or not box[3]:
        return False
    across, down = ((line[n] + line[n + 2] / 2 - box[n]) / box[n + 2] for n in (0, 1))
    outside = not (0 <= across <= 1 and 0 <= down <= 1)
    return outside or (min(across, 1 - across) < CORNER and min(down, 1 - down) < CORNER)


def _seen(roles: set[str], tags: Row, later: Row) -> str:
    composition = waves.composed(tags, later)
    view, sure = str(composition.get("view") or ""), composition.get("view_confidence")
    wrong = all(view in SEEN.get(role, ()) for role in roles)
    return view if roles and wrong and (sure is None or sure >= SURE) else ""
