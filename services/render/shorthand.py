"""Words of the presets file that stand for others: a ratio for a side, densities for presets."""

import math
import re
from collections.abc import Iterator
from typing import Any

from runtime.faults import shown

SHORTHANDS = ("ratio", "dpr")
SIDES = ("width", "height")
DENSEST = 8


def written_out(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """`ratio` becomes the missing side, `dpr` becomes a preset for each density: card, card-2x. Raises ValueError."""
    fields = dict(fields)
    densities, ratio = fields.pop("dpr", [1]), fields.pop("ratio", None)
    if ratio is not None:
        fields |= _other_side(fields, ratio)
    if not isinstance(densities, list) or not all(_is_number(one) and 0 < one <= DENSEST for one in densities):
        raise ValueError(f"dpr is {shown(densities)}. Give a list of densities up to {DENSEST}: [1, 2].")
    for density in densities:
        suffix = "" if density == 1 else f"-{density:g}x".replace(".", "-")
        named = {"name": f"{fields['name']}{suffix}"} if fields.get("name") else {}
        yield {**fields, **named, **{side: _times(fields[side], density) for side in SIDES if side in fields}}


def _other_side(fields: dict[str, Any], ratio: object) -> dict[str, int]:
    """The side that is not given."""
    # YAML reads 4:5 without quotes as a number to the base of 60.
    found = re.fullmatch(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)", str(ratio))
    across, down = map(float, found.groups()) if found else (0.0, 0.0)
    if not across or not down:
        raise ValueError(f'ratio is {shown(ratio)}. Give width and height with a colon, in quotes: "4:5".')
    given = [side for side in SIDES if side in fields]
    if len(given) != 1:
        raise ValueError("with a ratio give either the width or the height.")
    if not _is_number(value := fields[given[0]]):
        raise ValueError(f"{given[0]} is {shown(value)}. Give a whole number.")
    return {"height": round(value * down / across)} if given == ["width"] else {"width": round(value * across / down)}


def _times(side: Any, density: float) -> Any:
    """What is no number is left for the check that names it."""
    return round(side * density) if _is_number(side) else side


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
