"""Pictures that look like this one, or were taken beside it, and what they show → suggestions. Pure.

Likeness speaks of the style and never of the colour, so it suggests a model, and no link is made by it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from services.linker.claims import Evidence
from services.linker.match import LINKS, SUGGESTIONS, Link, Match

COSINES, LIKELY = (0.7, 0.725, 0.775, 0.825, 0.875, 0.925, 0.975), (0.0, 0.11, 0.17, 0.21, 0.32, 0.67, 0.84)
"""How often the style of the most similar linked picture was right, by its cosine. Measured: see docs/linking.md."""
BESIDE = 0.3
"""Of the linked frame next to it, before or after."""
LEAST = 0.1
MOST = LINKS - 0.01


@dataclass(frozen=True)
class Witness:
    """A linked picture: its name, and the product or model it shows. cosine: of likeness, or where: taken beside."""

    name: str
    sku: str
    level: str
    cosine: float | None = None
    where: str = ""


def suggested(found: Match, witnesses: Iterable[Witness]) -> Match:
    """With the likeliest products after those that its own words suggest; never more than SUGGESTIONS."""
    known = {link.sku for link in found.suggestions}
    by_sku: dict[str, list[Witness]] = defaultdict(list)
    for witness in witnesses:
        by_sku[witness.sku].append(witness)
    likely = [one for sku, seen in by_sku.items() if sku not in known and (one := _likely(found, seen))]
    likely.sort(key=lambda link: (-link.confidence, link.sku))
    return replace(found, suggestions=(*found.suggestions, *likely)[:SUGGESTIONS])


def _likely(found: Match, seen: list[Witness]) -> Link | None:
    alike = max((one for one in seen if one.cosine is not None), key=lambda one: one.cosine or 0, default=None)
    beside = {one.where: one for one in seen if one.where}
    wrong, why = (1 - BESIDE) ** len(beside), []
    if alike and (share := float(np.interp(alike.cosine or 0, COSINES, LIKELY))):
        wrong *= 1 - share
        why.append(Evidence("likeness", f"Looks like {alike.name} ({alike.cosine:.0%} alike), which shows {alike.sku}"))
    why += [Evidence("sequence", f"{one.name}, the frame {where} it, shows {one.sku}") for where, one in beside.items()]
    if 1 - wrong < LEAST:
        return None
    role, confidence = found.role, round(min(1 - wrong, MOST), 3)
    return Link(seen[0].sku, role.role, confidence, tuple(why), seen[0].level, (), role.position)
