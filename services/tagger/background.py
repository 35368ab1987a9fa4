"""What lies behind the product: judged by the picture's border, where a product photograph shows its ground."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime import oklab
from services.tagger.edges import framed, litter

RING = 2  # pixels of border looked at, of about 96
PURE_WHITE = 0.985  # Oklab L: all channels at about 250 and above
LEAST_PRODUCT = 0.06
LEAST_MIDDLE = 0.1
LEAST_PLAIN = 0.7
NEAR = 0.05  # Oklab distance within which a ground counts as one colour
NEAR_WHITE = 0.035  # tighter, or a white shirt goes with its white ground

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Background:
    """kind: `white`, `plain`, `scene` or `transparent`; product: what is not background, [h, w].

    apart: whether product and background could be told apart; where not, `product` is all that may be it.
    """

    kind: str
    product: Mask
    apart: bool = True


def find(pixels: NDArray[np.uint8], alpha: NDArray[np.uint8] | None = None) -> Background:
    """uint8 [h, w, 3] of about 96 pixels, and its alpha [h, w] when it has one."""
    if alpha is not None and np.mean(_ring(alpha) < 128) > LEAST_PLAIN / 2:
        return _background("transparent", alpha >= 128)
    lab = oklab.from_srgb(pixels)
    border = _ring(lab)
    white = (border[:, 0] > PURE_WHITE) & (oklab.chroma(border) < 0.02)
    if white.mean() > 0.1:  # a studio's white, even if the product runs out of the frame
        ground = np.array([1, 0, 0], np.float32)
        kind = "white" if white.mean() > LEAST_PLAIN / 2 else "plain"
        found = _background(kind, ~_ground(lab, ground, NEAR_WHITE))
        return _doubted(found) if kind == "plain" and framed(lab, found.product) else found
    ground = _mode(border)
    near = np.linalg.norm(border - ground, axis=1) < NEAR
    if near.mean() < LEAST_PLAIN:
        return Background("scene", np.ones(lab.shape[:2], bool), apart=False)
    found = _background("plain", ~_ground(lab, ground, NEAR))
    return _doubted(found) if litter(found.product) else found


def _doubted(found: Background) -> Background:
    """Its colours may be the product's, its outline is not."""
    return replace(found, apart=False)


def _background(kind: str, product: Mask) -> Background:
    height, width = product.shape
    middle = product[height // 3 : height - height // 3, width // 3 : width - width // 3]
    # A close-up fills the frame with cloth as plain as a ground: what is in the middle is never the ground.
    if product.mean() < LEAST_PRODUCT or (kind == "plain" and middle.mean() < LEAST_MIDDLE):
        return Background(kind, np.ones_like(product), apart=False)
    return Background(kind, product)


def _ring(values: NDArray[Any]) -> NDArray[Any]:
    inner = np.zeros(values.shape[:2], bool)
    inner[RING:-RING, RING:-RING] = True
    return values[~inner]


def _mode(border: oklab.Floats) -> oklab.Floats:
    """The colour with most of the border close to it."""
    tried = border[:: max(1, len(border) // 48)]
    close = np.linalg.norm(border[None] - tried[:, None], axis=2) < NEAR
    best = close[np.argmax(close.sum(1))]
    mean: oklab.Floats = border[best].mean(0)
    return mean


def _ground(lab: oklab.Floats, ground: oklab.Floats, near: float) -> Mask:
    """Ground-coloured pixels that the border reaches, and exactly its colour anywhere (between arm and body)."""
    distance = np.linalg.norm(lab - ground, axis=2)
    allowed = distance < near
    reached = allowed.copy()
    reached[1:-1, 1:-1] = False
    count = -1
    while count != (count := int(reached.sum())):
        for _ in range(8):  # grow a few steps between two counts
            grown = reached.copy()
            grown[1:] |= reached[:-1]
            grown[:-1] |= reached[1:]
            grown[:, 1:] |= reached[:, :-1]
            grown[:, :-1] |= reached[:, 1:]
            reached = grown & allowed
    found: Mask = reached | (distance < near / 3)
    return found
