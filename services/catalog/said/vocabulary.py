"""The words that we know of other languages, from `words.csv` and the colours: each with what English calls it. Pure.

A small table beside the model of meaning: that one takes `Hose` for a garden's hose, and a colour for no more than a
hint. Whoever searches in German for red jackets wants them to be red.
"""

import csv
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from runtime.colour_words import english

TABLE = Path(__file__).with_name("words.csv")
LONGEST = 4
"""Words of one entry: `camiseta de tirantes`."""
VIEW, COLOUR = "view", "colour"
_ENDINGS = ("er", "es", "en", "em", "e", "s")
"""Of German adjectives, and plurals."""


class Known(NamedTuple):
    """english: what it is called in English, the commonest first; kind: view, colour, or empty for a thing."""

    kind: str
    english: tuple[str, ...]


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, ...], Known]:
    found: dict[tuple[str, ...], Known] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known = Known(row.pop("kind"), tuple(row["en"].split("|")))
            for cell in row.values():
                for entry in cell.split("|"):
                    found.setdefault(parts(entry), known)
    return found


def parts(text: str) -> tuple[str, ...]:
    """Words of an entry, hyphens taken as blanks."""
    return tuple(text.lower().replace("-", " ").split())


@lru_cache(maxsize=4096)
def known(words: tuple[str, ...]) -> Known | None:
    """What these words together are, or None."""
    if found := _table().get(words):
        return found
    return _colour(words[0]) if len(words) == 1 else None


def _colour(word: str) -> Known | None:
    stems = [word, *(word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))]
    names = next((name for stem in stems if len(stem) > 2 and (name := english(stem))), None)
    return Known(COLOUR, (names, "grey") if names == "gray" else (names,)) if names else None
