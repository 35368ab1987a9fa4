"""Names that say a second article in short: `AC-1000-1001`, `LAMP-A+B`; and `AB_12_34`, which may be AB-1234.

The second is told by its end, after the first.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.linker.names import fold
from services.linker.roles import role_word
from services.linker.vocabulary import COLOURS, is_noise

LONG_NUMBER = 3
"""Digits from which on a number is an article's rather than a picture's."""
COUNTERS = 10
"""Smaller numbers after an article count its pictures, unless a word or sign joins them to it: `CUP-9+2`."""
AND = frozenset({"und", "and", "et", "y", "e", "en", "och", "og", "plus", "u"})
_HEADS = 3
"""Tokens before the part that differs, and articles before this one."""
_CODE = 2
"""Letters of a part of a SKU that is no word."""
_NUMBER_AT_END = re.compile(r"[0-9]+$")
_JOINED_BY_SIGN = re.compile(r"([^\W_]+)\s*[+&]\s*(?=([^\W_]+))")


class Second(NamedTuple):
    """The token at `at` goes on with a code: then it is the article `code`, beside `first`.

    firm: a long number of the same length. small: a number that may count pictures.
    """

    at: int
    first: tuple[str, ...]
    code: tuple[str, ...]
    firm: bool = False
    small: bool = False


def seconds(parts: Sequence[str], text: str = "") -> Iterator[Second]:
    """Every reading of a token as a second article. text: as it is written; then small numbers count pictures, unless
    they are joined."""
    signs = {(fold(one), fold(other)) for one, other in _JOINED_BY_SIGN.findall(text)}
    for at in range(1, len(parts)):
        before = [place for place in range(max(at - _HEADS, 0), at) if parts[place] not in AND]
        is_joined = parts[at - 1] in AND or (parts[at - 1], parts[at]) in signs
        for place in reversed(before):
            read = list(_of(parts, place, at))
            if not read:
                break
            yield from (one for one in read if not one.small or is_joined or not text)


def _of(parts: Sequence[str], place: int, at: int) -> Iterator[Second]:
    """The token at `at` instead of the end of the one at `place`; and both as one number."""
    one, other = parts[place], parts[at]
    number = found[0] if (found := _NUMBER_AT_END.search(one)) else ""
    if other.isdigit() and number and len(other) <= 8:
        small = int(other) < COUNTERS and len(other) < LONG_NUMBER
        firm = len(other) == len(number) >= LONG_NUMBER and place == at - 1
        stem = one[: -len(number)]
        heads = [(stem,)] if stem else _heads(parts, place)
        for head in heads:
            if other != number:
                yield Second(at, _first(head, stem, number), (*head, other), firm and head == heads[0], small)
            if not small and place == at - 1:
                yield Second(at, _first(head, stem, number), (*head, number + other))
    elif one != other and (_are_codes(one, other) or (one in COLOURS and other in COLOURS)):
        yield from (Second(at, (*head, one), (*head, other)) for head in _heads(parts, place))


def _first(head: tuple[str, ...], stem: str, number: str) -> tuple[str, ...]:
    """The first article: `ab12` where it is one token, else head and number."""
    return (stem + number,) if stem else (*head, number)


def _heads(parts: Sequence[str], place: int) -> list[tuple[str, ...]]:
    return [tuple(parts[begin:place]) for begin in range(place - 1, max(place - 1 - _HEADS, -1), -1)]


def _are_codes(one: str, other: str) -> bool:
    """Whether both are letters of a code, and neither is a word: `A` and `B`."""
    letters = len(one) == len(other) <= _CODE and one.isalpha() and other.isalpha()
    return letters and not any(role_word(part) or is_noise(part) for part in (one, other))
