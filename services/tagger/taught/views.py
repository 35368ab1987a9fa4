"""Which view of the product a picture shows, learnt from the roles of links: said only where that proves right. Pure.

A link's role is mostly what a file's name says, so a head is not asked of the pictures that it was taught: their view
would be their own name's. No link is made of it (the linker reads no `composition`), so nothing proves itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from services.tagger.taught.head import Head
from services.tagger.taught.learn import Learnt
from services.tagger.taught.regression import Floats

VIEW = "view"
"""What such a head's tags say; a product's own attribute of that name gives way."""
CONFIDENCE = "view_confidence"
VIEWS = {
    "front": "front", "back": "back", "side": "side", "left": "side", "right": "side", "top": "top",
    "bottom": "bottom", "detail": "detail",
}  # fmt: skip
"""By a link's role."""
OTHERS = frozenset({"main", "additional", "lifestyle"})
"""Roles of pictures of whatever view: they teach what the named views are not, and are never said."""
LEAST_STYLES = 8
"""A view that fewer product models show is not learnt."""
PRECISION = 0.95
"""Of the held-back pictures of which a view is said, so many must show it: for each view."""
LEASTS = tuple(round(float(value), 2) for value in np.arange(0.5, 0.99, 0.02))


def view_of(role: str) -> str | None:
    """What a picture in that role teaches."""
    return role if role in OTHERS else VIEWS.get(role)


def enough(view: str, styles: int) -> bool:
    """Whether so many product models are enough to learn it from."""
    return styles >= (1 if view in OTHERS else LEAST_STYLES)


def least_of(learnt: Learnt) -> float | None:
    """The confidence from which on every view is right often enough; None where none is."""
    best, sure = learnt.held.argmax(1), learnt.held.max(1)
    views = [number for number, tag in enumerate(learnt.tags) if tag not in OTHERS]
    for least in LEASTS:
        right = [learnt.right[(best == view) & (sure >= least)] for view in views]
        said = [one for one in right if len(one)]
        if said and all(one.mean() >= PRECISION for one in said):
            return least
    return None


def wordy(heads: Iterable[Head]) -> list[Head]:
    """The heads whose tags are words, and no views."""
    return [head for head in heads if head.card.about != VIEW]


def composed(composition: Mapping[str, Any], heads: Sequence[Head], embeddings: Mapping[str, Floats]) -> dict[str, Any]:
    """The facts of a composition with the view that today's heads see, in place of one that others saw.

    What was measured (`detail`, without a confidence) stays.
    """
    learnt = (VIEW, CONFIDENCE) if CONFIDENCE in composition else ()
    facts = {name: value for name, value in composition.items() if name not in learnt}
    for head in heads:
        if head.card.about == VIEW and VIEW not in facts and not head.was_taught(embeddings):
            said = next(iter(head.say(embeddings)), None)
            facts |= {VIEW: said.label, CONFIDENCE: said.confidence} if said and said.label not in OTHERS else {}
    return facts
