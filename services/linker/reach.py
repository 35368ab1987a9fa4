"""Whom a picture reaches beside its own products: categories and collections that it is linked to, and limits.

By naming rules, the folder's list and the object's metadata and tags; people's decisions count before them. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from schemas.groups import CATEGORY, COLLECTION, in_words, is_group
from schemas.limits import LIMITS, of_words
from schemas.links import Evidence as Reason
from schemas.links import Link as Linked
from schemas.links import LinksFacet
from schemas.product import Limits
from services.linker.claims import Evidence
from services.linker.match import Link, Match
from services.linker.names import tokens
from services.linker.rules import Reading

CAMPAIGN = "campaign"
"""Role of what products inherit from their categories and collections."""
_GROUPS = {
    "campaigncategory": CATEGORY,
    "linkcategory": CATEGORY,
    "campaigncollection": COLLECTION,
    "linkcollection": COLLECTION,
}
"""Fields (folded) of lists and uploads. A mere `category` says what the product is: it has its own pictures."""
_LIMITS = {
    **dict.fromkeys(("market", "markets"), "markets"),
    **dict.fromkeys(("locale", "locales"), "locales"),
    **dict.fromkeys(("channel", "channels"), "channels"),
}
_PLACES = (("object", "object's metadata"), ("tags", "object's tags"), ("sidecar", "folder's list"))
"""What the view keeps of a file, and how people call it; the later counts before the earlier."""
_SEVERAL = re.compile(r"[;,|\n]")


def reaching(found: Match, facts: Mapping[str, Any], reading: Reading | None) -> Match:
    """With links to the categories and collections that are said."""
    links = {link.sku: link for link in _links(facts, reading)}
    return replace(found, links=(*found.links, *links.values()))


def _links(facts: Mapping[str, Any], reading: Reading | None) -> Iterator[Link]:
    if reading and reading.target:
        why = f"“{reading.said}” in the file name, read by the naming rule “{reading.rule}”, is the {reading.target}"
        yield _link(f"{reading.target}:{reading.said}", Evidence("rule", why))
    for place, words in _PLACES:
        for field, value in _fields(facts, place):
            for name in _values(value) if field in _GROUPS else []:
                group = f"{_GROUPS[field]}{name}"
                yield _link(group, Evidence("metadata", f"The {words} links it to the {in_words(group)}"))


def _link(group: str, why: Evidence) -> Link:
    return Link(group, CAMPAIGN, 1.0, (why,), "group")


def limited(
    links: LinksFacet, facts: Mapping[str, Any], reading: Reading | None, said: Mapping[str, Any]
) -> LinksFacet:
    """Each link with its limits, and why. said: the curation's fields; `limits:<sku>` is of one link alone."""
    told = _told(facts, reading)
    return links.model_copy(update={"links": [_limited(link, told, said) for link in links.links]})


def _limited(link: Linked, told: tuple[Limits, str] | None, said: Mapping[str, Any]) -> Linked:
    changes: dict[str, Any] = {"role": CAMPAIGN, "level": "group"} if is_group(link.sku) else {}
    one, whole = f"{LIMITS}:{link.sku}", LIMITS
    field = next((name for name in (one, whole) if name in said), None)
    if field is not None:
        limits, kind, by = Limits.model_validate(said[field]), "person", "A person"
    elif told:
        limits, kind, by = told[0], "metadata", told[1]
    else:
        return link.model_copy(update=changes) if changes else link
    why = f"{by} limits it to {of_words(limits)}" if limits else f"{by} lets it be shown everywhere"
    changes |= {"limits": limits or None, "evidence": [*link.evidence, Reason(kind=kind, detail=why)]}
    return link.model_copy(update=changes)


def _told(facts: Mapping[str, Any], reading: Reading | None) -> tuple[Limits, str] | None:
    """What the nearest source says: a list was written for this file, a rule for many."""
    for place, words in reversed(_PLACES):
        values: dict[str, list[str]] = {}
        for field, value in _fields(facts, place):
            if field in _LIMITS and (names := _values(value)):
                values[_LIMITS[field]] = names
        if values:
            return Limits(**values), f"The {words}"
    if reading and (reading.markets or reading.locales or reading.channels):
        limits = Limits(markets=list(reading.markets), locales=list(reading.locales), channels=list(reading.channels))
        return limits, f"The naming rule “{reading.rule}”"
    return None


def _fields(facts: Mapping[str, Any], place: str) -> Iterator[tuple[str, Any]]:
    for name, value in sorted(facts.get(place, {}).items()):
        yield "".join(tokens(name)), value


def _values(value: object) -> list[str]:
    """Several in one cell, or a list of them."""
    cells = value if isinstance(value, list) else [value]
    found = [part.strip() for cell in cells if isinstance(cell, str) for part in _SEVERAL.split(cell)]
    return list(dict.fromkeys(filter(None, found)))
