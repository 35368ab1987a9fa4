"""Text → numbers of the vocabulary: SentencePiece's unigram model, the likeliest way to put a text together."""

import re
from collections.abc import Mapping, Sequence

from services.catalog.meaning.weights import Weights

SPACE = "\u2581"
"""Begins a word in the vocabulary."""
UNKNOWN_COST = 10.0
"""By which a character that no piece holds is unlikelier than the unlikeliest piece."""


class Tokens:
    """Holds the vocabulary in memory."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], spelling: Mapping[str, str], unknown: int):
        self._number = {piece: number for number, piece in enumerate(pieces) if piece}
        self._scores, self._unknown = scores, unknown
        self._spelling = str.maketrans(dict(spelling))
        self._longest = max(map(len, pieces))
        self._cost = min(scores) - UNKNOWN_COST

    @classmethod
    def of(cls, weights: Weights) -> "Tokens":
        """As the weights have it."""
        return cls(weights.pieces, weights.scores.tolist(), weights.spelling, weights.unknown)

    def has(self, word: str) -> bool:
        """Whether this word, small or with a capital, is a piece of its own."""
        spelt = (one.translate(self._spelling) for one in (word, word[:1].upper() + word[1:]))
        return any(SPACE + one in self._number for one in spelt)

    def split(self, text: str) -> list[int]:
        """Numbers of the pieces, in order; without those that begin and end a text."""
        spelt = re.sub(" {2,}", " ", text.translate(self._spelling))
        whole = SPACE + spelt.removeprefix(" ").replace(" ", SPACE)
        best, back = [0.0] + [float("-inf")] * len(whole), [(0, 0)] * (len(whole) + 1)
        for start in range(len(whole)):
            for end in range(start + 1, min(start + self._longest, len(whole)) + 1):
                number = self._number.get(whole[start:end])
                if number is not None and (total := best[start] + self._scores[number]) > best[end]:
                    best[end], back[end] = total, (start, number)
            if (total := best[start] + self._cost) > best[start + 1]:
                best[start + 1], back[start + 1] = total, (start, self._unknown)
        found, end = [], len(whole)
        while end:
            end, number = back[end]
            found.append(number)
        return found[::-1]
