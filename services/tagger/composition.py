"""How the picture is set up: packshot or lifestyle, what is behind, where the product is, what is cut off. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime import oklab
from services.tagger.background import RING, Background, Mask
from services.tagger.colours import skin
from services.tagger.edges import CUT, TOUCH, reached
from services.tagger.models.detect import Found

DETAIL = 0.9  # of the frame: a product that fills it and runs out on three sides is seen from near
LEAST_SKIN = 0.02  # of a person's box


@dataclass(frozen=True)
class Composition:
    """kind: `packshot` or `lifestyle`. box: left, top, width, height as shares of the picture; share: of its pixels.

    touches: edges that the product reaches; cut_off: those that it runs out of. box and share are absent, and the edges
    unknown, where what is product could not be told from what is behind. people: somebody may be seen; faces: how many.
    """

    kind: str
    background: str
    box: tuple[float, float, float, float] | None = None
    share: float | None = None
    touches: tuple[str, ...] = ()
    cut_off: tuple[str, ...] = ()
    view: str | None = None
    people: bool | None = None
    faces: int | None = None


def as_facts(found: Composition) -> dict[str, Any]:
    """As JSON has it, without what is not known."""
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(found).items()}
    return {name: value for name, value in facts.items() if value is not None}


def of_drawn(facts: dict[str, Any]) -> dict[str, Any]:
    """The same of a page or line art: it is neither packshot nor lifestyle, and no product runs out of it."""
    return {name: value for name, value in facts.items() if name not in ("kind", "cut_off")}


def judge(behind: Background, pixels: NDArray[np.uint8]) -> Composition:
    """By the ground alone, where there is one; pixels: uint8 [h, w, 3], about 96, as the background was found on."""
    if behind.kind == "scene":
        return Composition("lifestyle", "scene")
    ground = ground_kind(behind, pixels)
    if not behind.apart:
        return Composition("packshot", ground)
    return placed("packshot", ground, behind.product)


def ground_kind(behind: Background, pixels: NDArray[np.uint8]) -> str:
    """`pure white` is what marketplaces ask for: every pixel of the border is 255, but for an encoder's noise."""
    if behind.kind != "white":
        return behind.kind
    border = _ring(pixels)[~_ring(behind.product)]
    return "pure white" if len(border) and np.percentile(border.min(axis=1), 5) >= 254 else "near white"


def placed(kind: str, ground: str, product: Mask) -> Composition:
    """The same with the product's own place; product: [h, w]."""
    product = _without_specks(product)
    if not product.any():
        return Composition(kind, ground)
    height, width = product.shape
    rows, columns = np.flatnonzero(product.any(axis=1)), np.flatnonzero(product.any(axis=0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    box = (left / width, top / height, (right - left) / width, (bottom - top) / height)
    share = float(product.mean())
    touches, cut_off = reached(product, TOUCH), reached(product, CUT)
    view = "detail" if share >= DETAIL and len(cut_off) >= 3 else None
    return Composition(kind, ground, _rounded(box), round(share, 3), touches, cut_off, view)


def _rounded(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, width, height = (round(side, 4) for side in box)
    return left, top, width, height


def _ring(values: NDArray[Any]) -> NDArray[Any]:
    inner = np.zeros(values.shape[:2], bool)
    inner[RING:-RING, RING:-RING] = True
    ring: NDArray[Any] = values[~inner]
    return ring


def _without_specks(product: Mask) -> Mask:
    """Only what has neighbours: a dot on the ground is dust."""
    around = np.pad(product, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, (3, 3))
    kept: Mask = product & (windows.sum(axis=(2, 3)) >= 4)
    return kept


def anybody(pixels: NDArray[np.uint8], people: Sequence[Found]) -> bool:
    """Whether somebody may be seen: a flag for rights, so rather once too often. A shirt on a hanger has no skin."""
    height, width = pixels.shape[:2]
    for one in people:
        left, top, right, bottom = one.box
        part = pixels[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]
        if part.size and skin(oklab.from_srgb(part)).mean() > LEAST_SKIN:
            return True
    return False
