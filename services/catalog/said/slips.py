"""What somebody means who mistypes it: a colour by one letter (`blck`, `balck`), a word by a few. Pure."""

import unicodedata
from itertools import takewhile

from runtime.colour_words import in_english

SHORTEST = 4
"""Letters from which on a word may be a colour that is mistyped."""
SHORTEST_FOREIGN = 5
"""Of colours in other languages: shorter ones are too like other words."""


def colours(typed: str) -> tuple[str, ...]:
    """What English calls them, sorted. The first letter is right."""
    if len(typed) < SHORTEST:
        return ()
    meant = {
        name
        for word, name in in_english().items()
        if (word == name or len(typed) >= SHORTEST_FOREIGN) and word[0] == typed[0] and _one_slip(typed, word)
    }
    return tuple(sorted(meant))


def mistyped(typed: str, word: str) -> bool:
    """Whether `typed` may be this word, or its beginning, with two letters wrong, of longer ones one in three:
    `medieval` is no `media`, nor `waterproof` anything of `water`.
    """
    typed, word = plain(typed), plain(word)
    row = list(range(len(word) + 1))
    for n, letter in enumerate(typed, 1):
        before, row = row, [n]
        for m, other in enumerate(word, 1):
            row.append(min(before[m] + 1, row[-1] + 1, before[m - 1] + (letter != other)))
    most = max(2, len(typed) // 3)
    begun = min(row[SHORTEST:], default=len(typed)) + 1
    return min(row[-1], begun) <= most


def plain(word: str) -> str:
    """Small letters without accents."""
    split = unicodedata.normalize("NFKD", word.lower())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def _one_slip(typed: str, word: str) -> bool:
    """A letter too many, left out, changed, or swapped with the next."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(typed, word, strict=False)))
    one, other = typed[same:], word[same:]
    swapped = one[:2] == other[:2][::-1] and one[2:] == other[2:]
    return swapped or one[1:] in (other, other[1:]) or one == other[1:]
