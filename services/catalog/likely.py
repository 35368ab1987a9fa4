"""What a picture that nothing names may show: what linked pictures show that look like it or lie beside it. Pure.

Likeness speaks of the style. Of one style the looks that were photographed are told apart by colour, and a person
chooses; no link is made of this.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from services.catalog.causes import Option

COSINES, LIKELY = (0.7, 0.725, 0.775, 0.825, 0.875, 0.925, 0.975), (0.0, 0.11, 0.17, 0.21, 0.32, 0.67, 0.94)
"""How often the style of the most similar linked picture was right, by its cosine (`bench/suggestions.py`)."""
BESIDE = 0.3
"""The same of the linked file next to it in its folder, before or after."""
LEAST = 0.1
STYLES, LOOKS = 3, 3
"""Styles that are proposed, and looks of each."""


@dataclass(frozen=True)
class Witness:
    """A linked picture and the SKUs of one style that it shows. cosine: how alike it is; where: it lies beside."""

    name: str
    style: str
    skus: tuple[str, ...]
    colours: tuple[str, ...] = ()
    cosine: float = 0.0
    where: str = ""


def options(colours: Sequence[str], witnesses: Iterable[Witness]) -> tuple[Option, ...]:
    """The likeliest style first, and of a style the look in the picture's own colours."""
    by_style: dict[str, list[Witness]] = defaultdict(list)
    for one in witnesses:
        by_style[one.style].append(one)
    styles = sorted(((-_likely(seen), style) for style, seen in by_style.items()))[:STYLES]
    return tuple(
        Option(look[0].skus, round(-doubt, 3), tuple(map(_evidence, look[:2])))
        for doubt, style in styles
        if -doubt >= LEAST
        for look in _looks(colours, by_style[style])
    )


def _likely(seen: list[Witness]) -> float:
    wrong = (1 - BESIDE) ** len({one.where for one in seen if one.where})
    return 1 - wrong * (1 - float(np.interp(max(one.cosine for one in seen), COSINES, LIKELY)))


def _looks(colours: Sequence[str], seen: list[Witness]) -> list[list[Witness]]:
    """Witnesses that show the same SKUs, the most alike first."""
    looks: dict[tuple[str, ...], list[Witness]] = defaultdict(list)
    for one in sorted(seen, key=lambda one: (-one.cosine, not one.where, one.name)):
        looks[one.skus].append(one)
    own = set(colours[:1])
    ordered = sorted(looks.values(), key=lambda look: not any(own & set(one.colours[:2]) for one in look))
    return ordered[:LOOKS]


def _evidence(one: Witness) -> dict[str, str]:
    if one.where:
        return {"kind": "sequence", "detail": f"{one.name}, the file {one.where} it, shows {one.style}"}
    return {"kind": "likeness", "detail": f"Looks like {one.name} ({one.cosine:.0%} alike), which shows {one.style}"}
