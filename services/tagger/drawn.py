"""Whether a picture is drawn, as pages and line art are: then what makes a photograph good says nothing."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

LEAST_SIDE = 16  # pixels
GROUND = 4  # of 255: what is so near to the commonest grey is the ground
TEXTURE, SHADE = 8, 40  # of 255: steps from one pixel to the next up to which a surface, and a soft edge, is seen
FEW_SHADES, LITTLE_TEXTURE = 0.42, 0.2  # of what is no ground; photographs have 0.49 of the one at least
BY_KIND = {"document": "It is a page of a document.", "model": "It is a picture of a 3D model."}
VECTORS = "image/svg"
LINES = "It is drawn by lines, for any size."
FLAT = "It is no photograph: flat parts and hard edges, and hardly anything between."


def of(kind: str, media_type: str) -> str:
    """Why an original of that kind is no photograph; empty where its pixels must tell. We drew what is looked at."""
    return BY_KIND.get(kind, LINES if media_type.startswith(VECTORS) else "")


def by_kind(reasons: Iterable[str]) -> bool:
    """Whether that is why parts of its quality were not judged."""
    return not {LINES, *BY_KIND.values()}.isdisjoint(reasons)


def seen_in(grey: NDArray[np.uint8] | NDArray[np.float32]) -> bool:
    """grey: [h, w] of 0..255, 512 pixels long. Things have texture and shades, also in grey; art has neither."""
    if min(grey.shape) < LEAST_SIDE:
        return False
    g = np.rint(grey).astype(np.int16)
    here = g[:-1, :-1]
    steps = np.maximum(np.abs(g[:-1, 1:] - here), np.abs(g[1:, :-1] - here))
    counts = np.bincount(here.ravel(), minlength=256)
    shown = steps[np.abs(here - int(counts.argmax())) > GROUND]
    if not shown.size:
        return False  # of one tone: nothing is drawn
    shades, texture = ((shown > 0) & (shown < SHADE)).mean(), ((shown > 0) & (shown <= TEXTURE)).mean()
    return bool(shades < FEW_SHADES and texture < LITTLE_TEXTURE)
