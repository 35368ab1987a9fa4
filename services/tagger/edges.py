"""Where what is product reaches the picture's edge, and whether it can be the product at all. Pure."""

import numpy as np
from numpy.typing import NDArray

from runtime import oklab

MARGIN = 1  # pixels of about 96 within which a product touches the edge
TOUCH = 0.02  # of an edge, from which on the product touches it
CUT = 0.1  # of an edge, from which on it runs out of the picture there
SIDES = ("left", "top", "right", "bottom")
MANY_SIDES = 3  # a product runs out of so many in a close-up only
MANY_PIECES = 4  # a product meets the border in one or two, a carpet's pile and a floor's joints in more
NEAR = 0.05  # Oklab distance within which two pixels may be of one cloth
LEAST_ALIKE = 0.1  # of pairs of a pixel at the edge and one in the middle: 0.12 and more in close-ups, else under 0.06

Mask = NDArray[np.bool_]


def reached(product: Mask, least: float) -> tuple[str, ...]:
    """Sides of which `least` or more is product, [h, w]."""
    along = {
        "left": product[:, : MARGIN + 1].any(axis=1),
        "top": product[: MARGIN + 1].any(axis=0),
        "right": product[:, -MARGIN - 1 :].any(axis=1),
        "bottom": product[-MARGIN - 1 :].any(axis=0),
    }
    return tuple(side for side in SIDES if along[side].mean() >= least)


def litter(product: Mask) -> bool:
    """Whether it is a plain ground's shadows, folds and joints as well: it lies all around, or in pieces."""
    outline = np.concatenate([product[0], product[1:, -1], product[-1, -2::-1], product[-2:0:-1, 0]])
    pieces = int((outline & ~np.roll(outline, 1)).sum())
    return pieces >= MANY_PIECES or len(reached(product, CUT)) >= MANY_SIDES


def framed(lab: oklab.Floats, product: Mask) -> bool:
    """Whether what runs out on many sides is a wall about the product: it is not like what is in the middle."""
    if len(reached(product, CUT)) < MANY_SIDES:
        return False
    height, width = product.shape
    rim = product.copy()
    rim[2:-2, 2:-2] = False
    middle = lab[height // 3 : height - height // 3 : 2, width // 3 : width - width // 3 : 2].reshape(-1, 1, 3)
    return bool((np.linalg.norm(middle - lab[rim][::4], axis=2) < NEAR).mean() < LEAST_ALIKE)
