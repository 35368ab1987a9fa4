"""Words beside a product's mention → the colours and the like that they say, and what they only may mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from services.linker.names import joined, ngrams
from services.linker.roles import role_word
from services.linker.variants import nearest
from services.linker.vocabulary import COLOURS, SHORT_COLOURS, SIZES, colour_of, is_noise

SHORTENED = (3, 4)
"""Letters of a value's beginning that may stand for it."""
Words = Mapping[str, tuple[str, str]]
"""Key of every spelling of a family's values → (axis, value): `Family.words`."""


@dataclass
class Heard:
    """said: axis → value → its word. foreign: colours that the family does not have. rest: all other words."""

    said: dict[str, dict[str, str]] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    @property
    def alone(self) -> bool:
        """Whether a look is all that is said: the folder `Blue`, and not `Blue Monday`."""
        return bool(self.said or self.foreign) and all(map(_is_empty, self.rest))


def hear(parts: Sequence[str], words: Words) -> Heard:
    """What these tokens say. The longest reading counts: `light blue` is not its second word."""
    heard, taken = Heard(), set[int]()
    abroad = in_english(words) if parts else {}
    for begin, end, key in sorted(ngrams(parts, 3), key=lambda place: place[0] - place[1]):
        axis, value = words.get(key) or _abroad(key, abroad, words)
        if axis and not taken & set(range(begin, end)):
            taken |= set(range(begin, end))
            heard.said.setdefault(axis, {})[value] = key
    left = [part for at, part in enumerate(parts) if at not in taken]
    heard.foreign = [part for part in left if part in COLOURS]
    heard.rest = [part for part in left if part not in COLOURS]
    _take_together(heard, words)
    return heard


def _abroad(key: str, abroad: Words, words: Words) -> tuple[str, str]:
    """The value that another language's word means; none where it may be short for another: `bla` is blue and black."""
    meant = abroad.get(colour_of(key), ("", ""))
    return meant if not meant[0] or _begun_by(key, words) <= {meant} else ("", "")


def _begun_by(part: str, words: Words) -> set[tuple[str, str]]:
    """The values that begin with it, as the product list writes them or in English."""
    if not part.isalpha() or not SHORTENED[0] <= len(part) <= SHORTENED[1]:
        return set()
    begun = {meant for word, meant in words.items() if word.startswith(part) or colour_of(word).startswith(part)}
    gray = {meant for word, meant in words.items() if colour_of(word) == "gray" and "grey".startswith(part)}
    return begun | gray if begun else set()  # `gre` is green before it is grey


def in_english(words: Words) -> dict[str, tuple[str, str]]:
    """English name of a colour → the one value that is that colour, however the product list writes it."""
    found: dict[str, set[tuple[str, str]]] = {}
    for word, value in words.items():
        found.setdefault(colour_of(word), set()).add(value)
    return {name: next(iter(values)) for name, values in found.items() if name in COLOURS and len(values) == 1}


def colour_axis(words: Words) -> str:
    """The axis whose values are colours in words that people use; "" where there is none."""
    return next((axis for word, (axis, _) in sorted(words.items()) if colour_of(word) in COLOURS), "")


def shortened(parts: Sequence[str], words: Words) -> dict[str, set[tuple[str, str]]]:
    """What studios write short for a colour → the family's values that it may mean: `BL` and `bla` black and blue.

    Two letters, the first three or four of a value, and a short word of another language.
    """
    abroad = in_english(words)
    found: dict[str, set[tuple[str, str]]] = {}
    for part in parts:
        names = (*SHORT_COLOURS.get(part, ()), colour_of(part))
        found[part] = {abroad[name] for name in names if name in abroad}
        found[part] |= set() if _is_empty(part) else _begun_by(part, words)
    return {part: values for part, values in found.items() if values}


def slips(parts: Sequence[str], words: Words) -> dict[str, str]:
    """Words with one wrong letter → the one word of the family's that is meant."""
    asked = [part for part in parts if not _is_empty(part) and len(part) >= 3]
    return {part: meant for part in asked if (meant := nearest(part, words))}


def _take_together(heard: Heard, words: Words) -> None:
    """`white black` is the one colour Black/White, where the family has it."""
    for axis in {axis for axis, _ in words.values()}:
        spoken = [*heard.said.get(axis, {}).values(), *heard.foreign]
        for order in permutations(spoken) if 2 <= len(spoken) <= 3 else ():
            meant, value = words.get(joined([colour_of(word) for word in order]), ("", ""))
            if meant == axis:
                heard.said[axis], heard.foreign = {value: " ".join(order)}, []
                return


def _is_empty(part: str) -> bool:
    return bool(role_word(part) or is_noise(part) or part in SIZES or part.isdigit())
