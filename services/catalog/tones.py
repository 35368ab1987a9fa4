"""Colours as cells of the colour space: an index finds what is near `#a0522d`, `bordeaux` or `marine`. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product
from math import dist, floor
from typing import Any

from runtime.colour_words import Lab, apart, lab, shades
from services.catalog.colour_said import MATTERS

CELL = 0.04
"""Side of a cell of Oklab."""
NEAR = 0.1
"""Oklab distance from a colour to the middle of a cell that is near it; over 0.15 people call it another."""
_SIDE = 20
"""Cells along a and b, of -0.4 to 0.4."""
HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def tones(colours: Iterable[Mapping[str, Any]]) -> list[int]:
    """colours: as the tagger tells them, `hex` and `share`. Cells of those that matter."""
    seen = [str(one.get("hex") or "") for one in colours if one.get("share", 1) >= MATTERS]
    return sorted({_number(_cell(lab(one))) for one in seen if HEX.fullmatch(one)})


@lru_cache(maxsize=256)
def near(asked: str) -> tuple[int, ...] | None:
    """Cells about a colour: a hex number, or a word of any language that we know. None for what is no colour."""
    line = _line(asked.strip())
    if line is None:
        return None
    low, high = (
        _cell(tuple(end(shade[n] for shade in line) + way * NEAR for n in range(3)))
        for end, way in ((min, -1), (max, 1))
    )
    cells = product(*(range(least, most + 1) for least, most in zip(low, high, strict=True)))
    return tuple(_number(cell) for cell in cells if _inside(cell) and _far(_middle(cell), line) <= NEAR)


def _line(asked: str) -> tuple[Lab, ...] | None:
    found = HEX.fullmatch(asked)
    return (lab(f"#{found[1]}"),) if found else shades(asked)


def _far(one: Lab, line: tuple[Lab, ...]) -> float:
    return dist(one, line[0]) if len(line) == 1 else apart(one, line)


def _cell(colour: tuple[float, ...]) -> tuple[int, ...]:
    light, red, yellow = colour
    return floor(light / CELL), floor(red / CELL) + _SIDE // 2, floor(yellow / CELL) + _SIDE // 2


def _inside(cell: tuple[int, ...]) -> bool:
    return cell[0] >= 0 and all(0 <= along < _SIDE for along in cell[1:])


def _middle(cell: tuple[int, ...]) -> Lab:
    light, red, yellow = cell
    return (light + 0.5) * CELL, (red + 0.5 - _SIDE // 2) * CELL, (yellow + 0.5 - _SIDE // 2) * CELL


def _number(cell: tuple[int, ...]) -> int:
    light, red, yellow = cell
    return (light * _SIDE + red) * _SIDE + yellow
