"""How far a colour that was seen is from the colour that somebody says: `Navy/White`, `rot`, `bleu marine`. Pure."""

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from math import cbrt, dist
from pathlib import Path

TABLE = Path(__file__).parent / "colour_words.csv"
"""shades: a colour from its light to its dark form, `#rrggbb-#rrggbb`; words: what people call it, by language."""
_AND = re.compile(r"[/,;&+|]|\b(?:and|und|et|y|e|en|with|mit|avec|con)\b", re.I)
_PALE = frozenset(("light", "pale", "pastel", "hell", "clair", "claire", "claro", "chiaro", "licht", "soft"))
_DEEP = frozenset(("dark", "deep", "dunkel", "foncé", "foncée", "oscuro", "scuro", "donker"))
WIDE = 3
"""Shades of a colour that has a light and a dark half."""

Lab = tuple[float, float, float]


def distance(said: str, seen: Iterable[str]) -> float | None:
    """said: a colour as a product's data has it; seen: colours of its picture, `#rrggbb`, those that matter.

    Oklab distance, 0 is the same and over about 0.15 another colour; of several said ones (`black/white`) the mean,
    each to its nearest seen. None where no word of it is a colour's, or nothing was seen.
    """
    pictured = [lab(one) for one in seen]
    wanted = [one for part in _AND.split(said) if (one := shades(part))]
    if not wanted or not pictured:
        return None
    return round(sum(min(apart(one, line) for one in pictured) for line in wanted) / len(wanted), 3)


def resembling(seen: Iterable[str]) -> list[tuple[str, float]]:
    """Every word of a colour, and how far the nearest that was seen is from it: `#rrggbb`."""
    pictured = [lab(one) for one in seen]
    return [(word, min((apart(one, line) for one in pictured), default=1.0)) for word, line in _table().items()]


def shades(words: str) -> tuple[Lab, ...] | None:
    """From light to dark; None where no word is a colour's. In `sky blue` and `marine blue` the narrower one counts."""
    spoken = re.findall(r"[^\W\d_]+", words.lower())
    known = [line for word in spoken if (line := _table().get(word))]
    if not known:
        return None
    narrowest = min(known, key=_length)
    if len(narrowest) == WIDE and _PALE & set(spoken):
        return narrowest[:2]
    if len(narrowest) == WIDE and _DEEP & set(spoken):
        return narrowest[1:]
    return narrowest


def _length(line: tuple[Lab, ...]) -> float:
    return sum(dist(one, other) for one, other in pairwise(line))


def apart(one: Lab, line: tuple[Lab, ...]) -> float:
    """To the nearest point of the line through these shades, two at least."""
    return min(_to_line(one, *ends) for ends in pairwise(line))


def _to_line(one: Lab, start: Lab, end: Lab) -> float:
    along = [b - a for a, b in zip(start, end, strict=True)]
    from_start = [b - a for a, b in zip(start, one, strict=True)]
    share = sum(a * b for a, b in zip(along, from_start, strict=True)) / sum(a * a for a in along)
    share = min(max(share, 0.0), 1.0)
    return dist(one, [a + share * b for a, b in zip(start, along, strict=True)])


def english(word: str) -> str | None:
    """What English calls the colour of that word, in small letters; None where it is no colour's."""
    return in_english().get(word)


@lru_cache(maxsize=1)
def in_english() -> dict[str, str]:
    """Each word that we know of a colour, and what English calls it."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {word: row["words"].split()[0] for row in csv.DictReader(file) for word in row["words"].split()}


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[Lab, ...]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {word: tuple(map(lab, row["shades"].split("-"))) for row in rows for word in row["words"].split()}


def lab(colour: str) -> Lab:
    """`#rrggbb` → Oklab (B. Ottosson's matrices), of one colour: whole pictures are `runtime/oklab.py`."""
    digits = colour.lstrip("#")
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
