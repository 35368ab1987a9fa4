"""Facts → an alternative text and a caption in one language. What is not known is not said. Pure.

Parts stand one behind the other with commas, so that no language has to inflect a colour after a product.
"""

import textwrap
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from services.catalog.alt_text.facts import Facts, Subject, words
from services.catalog.alt_text.localized import spoken
from services.catalog.alt_text.phrases import colour, phrase

MOST = 125
"""Letters of an alternative text: the length that IPTC and screen readers' users ask for."""
MOST_VALUE = 40
"""Letters of an axis' value; a longer one is a description."""
MOST_SUBJECTS = 3
COLOURS = frozenset(("color", "colour", "farbe", "couleur", "kleur", "colore"))
SIZES = frozenset(("size", "größe", "groesse", "grosse", "taille", "talla", "taglia", "maat", "length", "width"))
"""A picture shows all sizes."""
SEEN = frozenset(("material", "fabric", "pattern", "finish", "print"))
"""Other axes that can be seen."""
PEOPLE = " A person may be in the picture; that is not certain enough to be said, so the text names none."


class Told(NamedTuple):
    """A text or None, where it is from, and why it says what it says: for people."""

    text: str | None
    source: Literal["person", "list", "file", "built"] | None
    why: str


class _Parts(NamedTuple):
    subject: str
    colour: str
    axes: list[str]
    view: str
    why: str


def alt(facts: Facts, language: str) -> Told:
    """What is seen, in at most `MOST` letters; no text where nothing says what the picture shows."""
    parts = _parts(facts, language, SEEN.__contains__)
    if not parts.subject:
        return Told(None, None, parts.why)
    text = _line([parts.subject, parts.colour, *parts.axes, parts.view])
    if len(text) > MOST:
        rest = _line([parts.colour, parts.view])
        text = _line([_shortened(parts.subject, MOST - len(f", {rest}")), rest])
    return Told(text, "built", parts.why)


def caption(facts: Facts, language: str) -> Told:
    """Two short sentences: which product, and how it is shown."""
    parts = _parts(facts, language, lambda axis: axis not in SIZES)
    if not parts.subject:
        return Told(None, None, parts.why)
    setting = phrase(f"setting.{facts.setting}", language)
    said = [_line([parts.subject, parts.colour, *parts.axes]), _begun(_line([parts.view, setting]))]
    return Told(" ".join(f"{sentence}." for sentence in said if sentence), "built", parts.why)


def _parts(facts: Facts, language: str, takes: Callable[[str], bool]) -> _Parts:
    subject, whence = _subject(facts, language)
    one = facts.subjects[0] if len(facts.subjects) == 1 else None
    told, other = _axes(one, language, takes) if one else ("", [])
    seen = colour(facts.colour, language) if not told and len(facts.subjects) < 2 and facts.colour else ""
    view = phrase(f"view.{facts.views[0]}", language) if len(set(facts.views)) == 1 else ""
    why = [whence, "its colour" if told else "the colour that is seen" if seen else ""]
    why += ["its other axes" if other else "", f"the view “{facts.views[0]}”" if view else ""]
    if not subject:
        return _Parts("", "", [], "", whence)
    known = words(subject)
    named = "" if words(told or seen) <= known else told or seen
    return _Parts(subject, named, [value for value in other if not words(value) <= known], view, _sentence(why, facts))


def _sentence(why: Iterable[str], facts: Facts) -> str:
    return f"Built from {', '.join(filter(None, why))}.{PEOPLE if facts.people else ''}"


def _subject(facts: Facts, language: str) -> tuple[str, str]:
    """What is shown, and whence; or nothing, and why."""
    names = [name for subject in facts.subjects if (name := spoken(subject.names, language))]
    if names:
        whence = "the linked product's name" if len(names) == 1 else "the linked products' names"
        return _listed(names, language), whence
    noun = next((text for texts in facts.nouns if (text := spoken(texts, language))), "")
    if noun:
        return _begun(noun), f"the tag “{noun}”"
    if facts.subjects or facts.nouns:
        return "", "What it shows has no name in this language."
    return "", "No product is linked, and no tag says what it shows."


def _listed(names: list[str], language: str) -> str:
    if len(names) > MOST_SUBJECTS:
        return f"{', '.join(names[:MOST_SUBJECTS])} {phrase('more', language)}"
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {phrase('and', language)} {names[-1]}"


def _axes(subject: Subject, language: str, takes: Callable[[str], bool]) -> tuple[str, list[str]]:
    """The colour, and the other axes that are taken."""
    told, other = "", []
    for axis, texts in sorted(subject.axes.items()):
        value = spoken(texts, language)
        if not value or len(value) > MOST_VALUE:
            continue
        if axis.casefold() in COLOURS:
            told = colour(value, language)
        elif takes(axis.casefold()):
            other.append(value)
    return told, other


def _line(parts: Iterable[str]) -> str:
    return ", ".join(filter(None, parts))


def _shortened(text: str, most: int) -> str:
    """Whole words and a sign that there were more; a part of a word that alone is too long."""
    short = textwrap.shorten(text, most, placeholder="…")
    return short if short != "…" else f"{text[: most - 1]}…"


def _begun(text: str) -> str:
    """With a capital letter; a product's name has its own (`iPad`)."""
    return text[:1].upper() + text[1:]
