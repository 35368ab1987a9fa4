"""The order in which a shop lists sizes: XS before S before M, 9 before 10, all else by the alphabet. Pure."""

import re

_LETTERS = re.compile(r"(?:(\d+)\s*)?(X*)([SML])", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_FIRST, _NUMBERED, _OTHER = range(3)


def size_order(size: str) -> tuple[int, float, str]:
    """A key to sort by: `XXS`, `S`, `M`, `XL`, `3XL`; `36`, `36.5`, `128 cm`; words."""
    if letters := _LETTERS.fullmatch(size.strip()):
        extra = int(letters[1]) if letters[1] and letters[2] else len(letters[2])
        middle = "SML".index(letters[3].upper()) - 1
        return _FIRST, middle * (1 + extra), size
    if number := _NUMBER.match(size.strip()):
        return _NUMBERED, float(number[0].replace(",", ".")), size
    return _OTHER, 0.0, size.casefold()
