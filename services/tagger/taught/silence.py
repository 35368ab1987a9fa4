"""A word that the shop has taught, and that is sure, silences what our own words say against it. Pure."""

from collections.abc import Sequence
from functools import lru_cache

from services.tagger import vocabulary
from services.tagger.labels import Label

SURE = 0.8
"""Confidence of a taught word from which on it silences others."""


def unsilenced(taught: Sequence[Label], others: Sequence[Label]) -> list[Label]:
    """Of other models' labels those that are surer than every sure taught word of the same widest category.

    A taught `skirt` silences a less sure `shorts` and `clothing`, and leaves `chair`. Words that our own vocabulary
    does not have silence nothing, and are not silenced.
    """
    sure = [(_tops(one.label), one.confidence) for one in taught if one.confidence >= SURE]
    return [
        other
        for other in others
        if not any(tops & _tops(other.label) and other.confidence < confidence for tops, confidence in sure)
    ]


def _tops(label: str) -> frozenset[str]:
    return _widest().get(label.casefold(), frozenset())


@lru_cache(maxsize=1)
def _widest() -> dict[str, frozenset[str]]:
    """Each word → the widest categories that it lies in."""
    ours = vocabulary.read()
    return {
        word.text.casefold(): frozenset(ours.names[index][-1] for index in word.classes if ours.names[index])
        for word in ours.words
    }
