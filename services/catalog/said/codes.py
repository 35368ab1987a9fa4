"""Numbers and codes as people write them from memory: `mh 07`, `MJ-06`, `MH7`, `4 006700 505759`. Pure."""

import re
from typing import NamedTuple

GTIN_DIGITS = (8, 12, 13, 14)
SHORTEST_NUMBER = 8
"""Digits from which on a number is a code by itself, however it is parted."""
SHORTEST = 3
"""Letters and digits of a part that is looked for inside of words: PostgreSQL's trigrams know no shorter ones."""
MOST_ZEROS = 5
"""Digits that a number in a SKU may be filled up to with zeros."""
_PREFIX = 5
"""Letters that may stand before such a number, parted from it."""


class Codes(NamedTuple):
    """each: of every code the ways to write it, one of which stands somewhere in the picture's words; rest: words."""

    each: tuple[tuple[str, ...], ...]
    rest: str


def codes(text: str) -> Codes:
    """Of a text without digits: none, and all of it is rest."""
    digits = re.sub(r"[\s.-]", "", text)
    if digits.isascii() and digits.isdigit() and len(digits) >= SHORTEST_NUMBER:
        return Codes(((digits.lstrip("0") or digits,),), "")
    words = re.findall(r"[^\W_]+", joined(text))
    each = [_ways(word) for word in words if re.search(r"\d", word)]
    rest = " ".join(word for word in words if not re.search(r"\d", word))
    return Codes(tuple(ways for ways in each if ways), rest)


def joined(text: str) -> str:
    """In small letters, with letters put to the number that follows them: `mh 07` is `mh07`."""
    return re.sub(rf"\b([^\W\d_]{{1,{_PREFIX}}})[\s_-]+(?=\d)", r"\1", text.lower())


def _ways(word: str) -> tuple[str, ...]:
    found = re.fullmatch(r"([^\W\d_]+)(\d+)", word)
    ways = [word]
    if found:
        number = found[2].lstrip("0") or "0"
        ways += [f"{found[1]}{number.zfill(width)}" for width in range(len(number), MOST_ZEROS)]
    return tuple(way for way in dict.fromkeys(ways) if len(way) >= SHORTEST)


def gtin(code: str) -> str | None:
    """14 digits of what may be a GTIN, however it is written; None for anything else."""
    digits = re.sub(r"[\s-]", "", code)
    return digits.zfill(14) if digits.isascii() and digits.isdigit() and len(digits) in GTIN_DIGITS else None
