"""What somebody types beside plain words: "a phrase", -word or NOT word, one OR another. Pure."""

import re
from typing import NamedTuple

_PART = re.compile(r'(?P<no>(?:(?<![^\s(])-|\bNOT\s+-?)(?=["\w]))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
"""A quotation mark that is never closed is closed by the end. `jean-paul` is a word, `-paul` is none."""
_OR = re.compile(r"(?<!\S)OR(?!\S)")


class Parted(NamedTuple):
    """words: what is plain; phrases: words that stand side by side, just so; without: words or phrases that must not
    be there.

    either: somebody wrote OR, and the text counts as PostgreSQL's `websearch_to_tsquery` reads it.
    """

    words: str
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    either: bool = False


def parted(text: str) -> Parted:
    """A text without operators: all of it is words."""
    if _OR.search(text):
        return Parted(" ".join(_positive(text)), either=True)
    words: list[str] = []
    phrases: list[str] = []
    without: list[str] = []
    for part in _PART.finditer(text):
        said = part["word"] if part["phrase"] is None else " ".join(part["phrase"].split())
        if not re.search(r"\w", said):
            continue
        if part["no"]:
            without.append(said)
        elif part["phrase"] is None:
            words.append(said)
        else:
            phrases.append(said)
    return Parted(" ".join(words), tuple(phrases), tuple(without))


def _positive(text: str) -> list[str]:
    """Words that may be there: what is asked by meaning."""
    found = (part for part in _PART.finditer(text) if not part["no"])
    return [said for part in found if (said := part["phrase"] or part["word"] or "") and said != "OR"]
