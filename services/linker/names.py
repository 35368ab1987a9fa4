"""Names as people type them → tokens and keys in which separators, case, accents and copy marks make no odds."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from string import ascii_lowercase, digits

from services.linker.vocabulary import COLOURS

MAX_PARTS = 6
"""A key is made of at most so many neighbouring tokens; SKUs of more parts are looked up by their first six."""

SHORTEST_WORD = 4
"""Shorter parts of a SKU are codes: a wrong letter makes another one."""
_LETTERS = re.compile(r"\D")
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")
_SPECIAL = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "™": " "})
_UMLAUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORD = re.compile(r"[^\W_]+")
_ENDS_IN_COLOUR = ("grey", *sorted(COLOURS))
_VIEW_AT_END = re.compile(
    r"(?=[a-z]+[0-9])(.+?)((?:main|front|back|side|detail|outfit|alt|left|right)[0-9]{0,2}[a-d]?)"
)
"""Views at the end of a word that begins with a code; between them stands a colour."""
_SPELLED = {"grey": "gray"}  # a colour that English writes in two ways


def fold(text: str) -> str:
    """Lower case without accents: `Größe` is `grosse`."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def without_ending(name: str) -> str:
    """A name or a key without `.jpg` and the like."""
    return _ENDING.sub("", name)


@lru_cache(maxsize=1 << 12)
def tokens(text: str) -> tuple[str, ...]:
    """The folded words and numbers of a name, in order; anything else separates, and so does a colour's last letter.

    `black1` is the first picture in black, `mh01blackback` the back of `mh01black`.
    """
    words: list[str] = []
    for written in _WORD.findall(fold(text)):
        glued = _VIEW_AT_END.fullmatch(written)
        word, view = glued.groups() if glued and glued[1].endswith(_ENDS_IN_COLOUR) else (written, "")
        begins = word.rstrip(digits)
        if 0 < len(word) - len(begins) <= 2 and begins.endswith(_ENDS_IN_COLOUR):
            words += (_SPELLED.get(begins, begins), word[len(begins) :])
        else:
            words.append(_SPELLED.get(word, word))
        words += (view,) if view else ()
    return tuple(words)


@lru_cache(maxsize=1 << 16)
def spellings(text: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a file name may write this text: `Grün` as `grun` and as `gruen`."""
    if text.isascii():
        return (tokens(text),)
    composed = unicodedata.normalize("NFC", text.casefold())
    both = (tokens(text), tokens(composed.translate(_UMLAUT)))
    return both if both[0] != both[1] else both[:1]


def as_written(text: str, parts: Sequence[str]) -> str:
    """How a text writes these neighbouring tokens of it: `SNK-901_BLA` for snk, 901, bla; themselves where it is not
    plain which of its words they are.
    """
    words = list(_WORD.finditer(text))
    said = [fold(word.group()) for word in words]
    several, count = list(parts), len(parts)
    at = next((at for at in range(len(said) - count + 1) if said[at : at + count] == several), None)
    return " ".join(parts) if at is None or not count else text[words[at].start() : words[at + count - 1].end()]


def joined(parts: Sequence[str]) -> str:
    """One key for any separators. Where digit meets digit a point stays, so that `A1_2` is not `A12`."""
    key = ""
    for part in parts:
        key += f".{part}" if key and key[-1].isdigit() and part[0].isdigit() else part
    return key


def ngrams(parts: Sequence[str], longest: int = MAX_PARTS) -> Iterator[tuple[int, int, str]]:
    """(begin, end, key) of every run of neighbours up to `longest` tokens."""
    for begin in range(len(parts)):
        for end in range(begin + 1, min(begin + longest, len(parts)) + 1):
            yield begin, end, joined(parts[begin:end])


def deletions(key: str) -> set[str]:
    """The key and the key without each one of its signs: two names one typo apart share one of these."""
    return {key} | {key[:at] + key[at + 1 :] for at in range(len(key))}


def one_typo(one: str, other: str) -> bool:
    """Whether one sign was changed, left out, doubled or swapped with its neighbour."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, left = one[at:], other[at:]
    swapped = len(rest) > 1 and len(left) > 1 and rest[:2] == left[1::-1] and rest[2:] == left[2:]
    return rest[1:] == left[1:] or rest[1:] == left or rest == left[1:] or swapped


def is_slip(written: str, parts: Sequence[str]) -> bool:
    """Whether the one typo in `written` is a slip inside a word of `parts`, and no other code.

    `jakcet2000l` is. A digit, a short part, a word's last letter or letters after digits tell articles apart, and the
    next one may not be in the list yet: JACKET2000R is another than JACKET2000L.
    """
    key = joined(parts)
    if _LETTERS.sub("", written) != _LETTERS.sub("", key):
        return False
    at = next((i for i, (a, b) in enumerate(zip(written, key, strict=False)) if a != b), min(len(written), len(key)))
    begin = 0
    for part in parts:
        begin = key.index(part, begin)
        word = len(part) - len(part.lstrip(ascii_lowercase))
        if word >= SHORTEST_WORD and begin <= at < begin + word - 1:
            return True
        begin += len(part)
    return False


def is_fumble(written: str, key: str) -> bool:
    """Whether the one typo in `written` is two letters swapped or one doubled: `hm01` and `mmh01` for `mh01`.

    Fingers do that; another letter or digit may be another article's.
    """
    at = next((i for i, (a, b) in enumerate(zip(written, key, strict=False)) if a != b), len(key))
    if len(written) == len(key):
        return written[at : at + 2].isalpha() and written[at : at + 2] == key[at : at + 2][::-1]
    doubled = written[at : at + 1]
    return len(written) > len(key) and doubled.isalpha() and doubled in (written[at - 1 : at], written[at + 1 : at + 2])
