"""The column of facets: every value is a link that sets or clears one filter, so that each view has a URL. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from schemas.curation import OWN
from services.catalog.own_fields.definition import Definition
from services.catalog.page.words import FACET_TITLES, FLAG_WORDS, LIKE_WORDS, RANGE_WORDS, STATE_WORDS
from services.catalog.queries.facets import Count
from services.catalog.queries.filters import Filters

YES_NO = {"true": "Yes", "false": "No"}


class Choice(NamedTuple):
    """One value: what it says, how many, whether it is set, and where a click leads."""

    words: str
    value: str
    assets: int
    on: bool
    url: str


class Group(NamedTuple):
    """One facet."""

    name: str
    title: str
    choices: list[Choice]


def query(filters: Filters, **more: str) -> str:
    """The query string of these filters."""
    pairs = ([("q", filters.text)] if filters.text else []) + filters.active()
    return urlencode([*pairs, *((name, value) for name, value in more.items() if value)])


def said_otherwise(filters: Filters) -> list[tuple[str, str]]:
    """Words and URL of the same search: with a word that was taken for another as it is typed, and the other way."""
    if filters.sought is None:
        return []
    ways = [(f"Look for “{typed}” as it is typed", typed, f'"{typed}"') for typed, _ in filters.sought.instead]
    ways += [(f"Look for “{other}”", typed, other) for typed, other in filters.sought.nearly]
    return [(words, "/?" + query(replace(filters, text=_with(filters.text, *pair)))) for words, *pair in ways]


def sayable(phrases: Iterable[str]) -> list[str]:
    """Those that people would say: a line that was read in a picture may be found by, and explains nothing."""
    return [one for one in phrases if re.fullmatch(r"[^\d():;,.]{1,40}", one)]


def _with(text: str, typed: str, other: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", lambda _: other, text, flags=re.IGNORECASE)


def pairs(filters: Filters, *, typed: bool) -> list[tuple[str, str]]:
    """What is set, the text first; or without what is typed into the form below the facets."""
    every = ([("q", filters.text)] if filters.text else []) + filters.active()
    return [pair for pair in every if typed or pair[0] not in RANGE_WORDS]


def typed(filters: Filters) -> dict[str, str]:
    """What the form below the facets has in its boxes."""
    return {name: value for name, value in filters.active() if name in RANGE_WORDS}


def toggled(filters: Filters, name: str, value: str) -> str:
    """URL of the library with that value set, or cleared where it was set."""
    pairs = ([("q", filters.text)] if filters.text else []) + filters.active()
    if name == "folder":
        kept = [pair for pair in pairs if pair[0] != "folder"]
        pairs = kept if filters.folder == value else [*kept, (name, value)]
    else:
        pairs = [p for p in pairs if p != (name, value)] if (name, value) in pairs else [*pairs, (name, value)]
    return "/?" + urlencode(pairs) if pairs else "/"


def words(name: str, value: str) -> str:
    """A value as the page says it."""
    if name in RANGE_WORDS:
        return RANGE_WORDS[name].format(value)
    if name == "like":
        kind, _, what = value.partition(":")
        return LIKE_WORDS[kind].format(what)
    if name == "field":
        return value.replace(":", ": ", 1)
    return {"state": STATE_WORDS, "flag": FLAG_WORDS}.get(name, {}).get(value, value)


def own_groups(
    filters: Filters, counts: Mapping[str, Iterable[Count]], defined: Mapping[str, Definition]
) -> list[Group]:
    """The same of fields that people defined."""
    active = set(filters.active())
    made = []
    for name, field in defined.items():
        told = [(f"{name}:{one.value}", one) for one in counts.get(f"{OWN}{name}", [])]
        choices = [
            Choice(YES_NO.get(one.value, one.value) if field.type == "boolean" else one.value, value, one.assets,
                   ("field", value) in active, toggled(filters, "field", value))
            for value, one in told
        ]  # fmt: skip
        if choices:
            made.append(Group(f"{OWN}{name}", field.title, choices))
    return made


def groups(filters: Filters, counts: Mapping[str, Iterable[Count]]) -> list[Group]:
    """All facets that have something to choose, in the page's order."""
    active = set(filters.active())
    made = []
    for name, title in FACET_TITLES.items():
        told = {count.value: count.assets for count in counts.get(name, [])}
        told |= {value: 0 for held, value in active if held == name and value not in told}
        choices = [
            Choice(words(name, value), value, count, (name, value) in active, toggled(filters, name, value))
            for value, count in told.items()
        ]
        if choices:
            made.append(Group(name, title, choices))
    return made


def chips(filters: Filters) -> list[Choice]:
    """What is set, each with the URL that clears it; but for a collection, which is the view's title."""
    return [
        Choice(words(name, value), value, 0, True, toggled(filters, name, value))
        for name, value in filters.active()
        if name != "collection"
    ]
