"""What somebody types, taken apart: words that we know, with what English calls them, and others. Pure."""

import re
from functools import lru_cache
from typing import NamedTuple

from services.catalog.said.vocabulary import COLOUR, LONGEST, VIEW, known

MOST_WORDS = 12
LITTLE = frozenset((
    "the", "and", "with", "for", "of", "in", "on", "an", "mit", "und", "für", "der", "die", "das", "den", "dem",
    "ein", "eine", "von", "con", "de", "del", "la", "el", "los", "las", "para", "por", "en", "un", "una", "y", "le",
    "les", "du", "des", "et", "avec", "à", "au", "aux", "une", "pour", "di", "da", "il", "lo", "gli", "per", "met",
    "van", "het", "een", "voor", "ze", "dla",
    "something", "anything", "some", "any", "to", "keep", "keeps", "that", "which", "is", "are", "my", "me", "out",
    "etwas", "irgendwas", "zum", "zur", "ist", "algo", "que", "es", "quelque", "chose", "qui", "qualcosa", "che",
    "iets", "om", "te", "coś",
))  # fmt: skip
"""Words that say nothing of a picture, in these languages; they count where nothing else is asked."""
_SHORTEST_PART, _SHORTEST_END = 3, 4
"""Letters of what stands before a known word, and of that word: `yogahose` is a `hose` for yoga."""


class Term(NamedTuple):
    """words: as typed, all of them are looked for; english: or one of these; kind: view, colour, or empty."""

    words: tuple[str, ...]
    english: tuple[str, ...] = ()
    kind: str = ""


class Said(NamedTuple):
    """A picture is found that has every term."""

    terms: tuple[Term, ...]

    @property
    def strict(self) -> tuple[Term, ...]:
        """What means something only by the very word: a red jacket may be called a parka, but it is red."""
        return tuple(term for term in self.terms if term.kind in (COLOUR, VIEW))

    @property
    def meant(self) -> str:
        """The rest, for the model of meaning: it knows English best."""
        return " ".join(_in_english(term) for term in self.terms if term not in self.strict)


@lru_cache(maxsize=1024)
def understood(text: str) -> Said:
    """The longest entries first, from the left."""
    words = tuple(re.findall(r"[^\W_]+", text.lower()))
    found: list[Term] = []
    while words and len(found) < MOST_WORDS:
        term = _longest(words)
        found.append(term)
        words = words[len(term.words) :]
    kept = tuple(term for term in found if term.words[0] not in LITTLE or term.english)
    return Said(kept or tuple(found))


def _longest(words: tuple[str, ...]) -> Term:
    for many in range(min(LONGEST, len(words)), 0, -1):
        if thing := known(words[:many]):
            own = " ".join(words[:many])
            return Term(words[:many], tuple(one for one in thing.english if one != own), thing.kind)
    return Term(words[:1], _compound(words[0]))


def _compound(word: str) -> tuple[str, ...]:
    """German and Dutch write in one what English writes in two words."""
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_END + 1):
        thing = known((word[cut:],))
        if thing and not thing.kind and word.isalpha():
            return tuple(f"{word[:cut]} {one}" for one in thing.english)
    return ()


def _in_english(term: Term) -> str:
    own = " ".join(term.words)
    thing = known(term.words)
    return own if thing is None or own in thing.english else thing.english[0]
