"""Colour names that people use in a shop, as regions of Oklab."""

import numpy as np
from numpy.typing import NDArray

from runtime import oklab

NAMES = (
    "black", "gray", "white", "beige", "brown", "red", "pink", "orange", "yellow", "olive green", "green", "turquoise",
    "blue", "navy blue", "purple",
)  # fmt: skip

# Upper hue bound in degrees → name, for pixels with colour in them; after the last comes red again.
SECTORS = ((15, "pink"), (36, "red"), (80, "orange"), (119, "yellow"), (182, "green"), (198, "turquoise"),
           (281, "blue"), (322, "purple"), (360, "pink"))  # fmt: skip


def names(lab: oklab.Floats) -> NDArray[np.intp]:
    """Oklab [n, 3] → index into NAMES [n]."""
    light, strong, angle = lab[:, 0], oklab.chroma(lab), oklab.hue(lab)
    code = {name: index for index, name in enumerate(NAMES)}
    bounds = np.array([bound for bound, _ in SECTORS])
    of_sector = np.array([code[name] for _, name in SECTORS])
    found = of_sector[np.minimum(np.searchsorted(bounds, angle), len(SECTORS) - 1)]

    def put(where: NDArray[np.bool_], name: str) -> None:
        found[where] = code[name]

    red, warm = (angle > 15) & (angle <= 36), (angle > 36) & (angle <= 112)
    put(red & (light > 0.74), "pink")  # light red is pink
    put((angle > 33) & (angle <= 92) & (light < 0.66) & (strong < 0.11), "brown")  # dark or dull orange is brown
    put((angle > 20) & (angle <= 33) & (light < 0.6) & (strong < 0.08), "brown")
    put((angle > 36) & (angle <= 72) & (light < 0.52), "brown")
    put((angle > 92) & (angle <= 125) & (light < 0.62), "olive green")
    put(warm & (light > 0.66) & (strong < 0.075), "beige")
    put((angle > 240) & (angle <= 281) & (light < 0.34), "navy blue")
    put((angle > 240) & (angle <= 296) & (light < 0.36) & (strong < 0.075), "navy blue")
    put(((angle > 322) | (angle <= 15)) & (light < 0.5), "purple")  # no pink is dark
    # Cool and rosy greys look grey for longer than warm ones, which soon look brown.
    weak = strong < np.where(angle > 180, 0.028, np.where(angle < 50, 0.03, 0.02))
    put(weak, "gray")
    put(((strong < 0.028) & (light < 0.32)) | (light < 0.17), "black")
    put((weak | (strong < 0.03)) & (light > 0.88), "white")
    return found
