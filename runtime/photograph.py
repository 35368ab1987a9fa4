"""Whether two pictures are one photograph: encoded again, resized, cropped, padded, mirrored or watermarked. Pure.

Hashes and embeddings only name candidates: clothes on one model, and one garment in two colours, look alike to both.
So the one is laid upon the other, as a whole or as a part, and they are compared in colour, place by place. A watermark
changes thin strokes; another colour, or another shot, changes whole areas.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from runtime import hashes, oklab, overlay
from runtime.overlay import Floats, Placement

VERSION = "1"
"""Of the signature: raised with what it holds, so that old and new ones are never compared."""
SIDE = 64
_HEAD = struct.Struct("<II")
PACKED = _HEAD.size + SIDE * SIDE * 3
"""Bytes of a packed signature."""

BITS = 10
"""Of a perceptual hash so many may differ in a pair that is worth a look, the one mirrored or not."""
HASHED = 100
"""So many of the nearest hashes are worth a look: of a thousand products alike on white, all would be."""
NEAREST, NEAR = 20, 0.5
"""So many of the nearest embeddings are worth a look, from that cosine on: half of a picture may have no more with the
whole. It decides only how many are looked at (docs/models.md)."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
DARKEST = 16  # of 255: below it Oklab makes much of what an encoder changes and nobody sees
LEAST_FIT = 0.85
TRIED = 2
CHANGED, STRONGLY = 0.03, 0.05  # Oklab distance from which on a pixel is another colour
TINTED, AROUND = 0.01, 5  # of the mean colour around a pixel, without lightness: stripes that were dyed
MOST_AREAS, MOST_PIXELS, MOST_TINTED = 0.05, 0.33, 0.2  # shares of the product: measured in docs/models.md
LEAST_PRODUCT = 0.05  # of the picture: of less, a watermark's corner would be all


@dataclass(frozen=True)
class Signature:
    """What is kept of a picture to compare it. width, height: of the upright original; pixels: uint8 [64, 64, 3]."""

    width: int
    height: int
    pixels: NDArray[np.uint8]

    def pack(self) -> bytes:
        """As it is stored."""
        return _HEAD.pack(self.width, self.height) + self.pixels.tobytes()

    @cached_property
    def lab(self) -> Floats:
        """Oklab [h, w, 3] in the picture's own shape, the longer side 64."""
        longer = max(self.width, self.height)
        size = (max(8, round(SIDE * side / longer)) for side in (self.height, self.width))
        return overlay.averaged(oklab.from_srgb(np.maximum(self.pixels, DARKEST)), *size)

    @cached_property
    def hashes(self) -> tuple[str, str]:
        """Perceptual hashes of the picture and of its mirror image, both made of the signature's own pixels."""
        grey = overlay.averaged(self.pixels.astype(np.float32) @ LUMA, hashes.SIDE, hashes.SIDE)
        rounded = np.rint(grey).astype(np.uint8)
        return hashes.phash(rounded), hashes.phash(rounded[:, ::-1])


def unpack(packed: bytes) -> Signature:
    """Raises ValueError when these are not the bytes of a signature."""
    if len(packed) != PACKED:
        raise ValueError(f"a signature has {PACKED} bytes, these are {len(packed)}")
    width, height = _HEAD.unpack_from(packed)
    if not width or not height:
        raise ValueError("the picture of this signature has no width or no height")
    return Signature(width, height, np.frombuffer(packed, np.uint8, offset=_HEAD.size).reshape(SIDE, SIDE, 3))


@dataclass(frozen=True)
class Verdict:
    """same: one photograph. shared: what the larger view has in common, 0..1; changed: of the product, 0..1."""

    same: bool
    reason: str
    fit: float
    shared: float
    changed: float
    mirrored: bool


@dataclass(frozen=True)
class _Laid:
    """inner upon outer; mirrored: which of the two does not matter."""

    inner: Floats
    outer: Floats
    place: Placement
    mirrored: bool


def same(one: Signature, other: Signature) -> Verdict:
    """Of a pair that a hash or an embedding has proposed; about 10 ms."""
    straight = _verdict(_refined(_Laid(one.lab, other.lab, overlay.WHOLE, False)))
    if straight.same:
        return straight
    guessed = sorted(_guesses(one.lab, other.lab), key=lambda laid: -laid.place.fit)[:TRIED]
    verdicts = [straight, *(_verdict(_refined(laid)) for laid in guessed)]
    return max(verdicts, key=lambda verdict: (verdict.same, verdict.fit))


def _guesses(one: Floats, other: Floats) -> Iterator[_Laid]:
    for turned, mirrored in ((one, False), (one[:, ::-1], True)):
        for inner, outer in ((turned, other), (other, turned)):
            for place in overlay.guesses(inner[..., 0], outer[..., 0]):
                yield _Laid(inner, outer, place, mirrored)


def _refined(laid: _Laid) -> _Laid:
    place = overlay.refine(laid.inner[..., 0], laid.outer[..., 0], laid.place)
    return _Laid(laid.inner, laid.outer, place, laid.mirrored)


def _verdict(laid: _Laid) -> Verdict:
    place = laid.place
    fit, shared = round(place.fit, 3), round(min(1.0, place.width * place.height), 3)
    changed = _changed(laid)
    if fit < LEAST_FIT or changed.pixels > MOST_PIXELS:
        return Verdict(False, "They show different things.", fit, shared, changed.areas, laid.mirrored)
    if changed.areas > MOST_AREAS:
        reason = f"They are alike, but {changed.areas:.0%} of the product differs: another colour or another shot."
        return Verdict(False, reason, fit, shared, changed.areas, laid.mirrored)
    if changed.tinted > MOST_TINTED:
        reason = f"They are alike, but {changed.tinted:.0%} of the product has another tint."
        return Verdict(False, reason, fit, shared, changed.areas, laid.mirrored)
    words = "The same picture" + (", mirrored" if laid.mirrored else "")
    if shared < 0.97:
        words += f"; {shared:.0%} of the one with more around it"
    return Verdict(True, words + ".", fit, shared, changed.areas, laid.mirrored)


@dataclass(frozen=True)
class _Changed:
    """Shares of the product. areas: not only strokes and edges; pixels: strongly; tinted: all around."""

    areas: float
    pixels: float
    tinted: float


def _changed(laid: _Laid) -> _Changed:
    place, (rows, columns) = laid.place, laid.outer.shape[:2]
    height, width = max(8, round(rows * place.height)), max(8, round(columns * place.width))
    one, other = overlay.averaged(laid.inner, height, width), overlay.view(laid.outer, place, height, width)
    product = _product(one) | _product(other)
    size = max(float(product.sum()), LEAST_PRODUCT * product.size)
    apart = np.linalg.norm(one - other, axis=2)
    tint = np.linalg.norm(_around((one - other)[..., 1:]), axis=2)
    measures = (_without_strokes(apart > CHANGED), apart > STRONGLY, tint > TINTED)
    return _Changed(*(round(float((where & product).sum()) / size, 3) for where in measures))


def _around(values: Floats) -> Floats:
    """Mean of the square around each pixel, [h, w, bands]."""
    reach = AROUND // 2
    padded = np.pad(values, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    mean: Floats = np.lib.stride_tricks.sliding_window_view(padded, (AROUND, AROUND), axis=(0, 1)).mean(axis=(-2, -1))
    return mean


def _product(lab: Floats) -> NDArray[np.bool_]:
    """What differs from the colour of the picture's edge; all of a scene."""
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    found: NDArray[np.bool_] = np.linalg.norm(lab - np.median(border, axis=0), axis=2) > CHANGED
    return found


def _without_strokes(changed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only pixels whose neighbours all have changed too."""
    around = np.pad(changed, 1, constant_values=True)
    windows = np.lib.stride_tricks.sliding_window_view(around, (3, 3))
    inside: NDArray[np.bool_] = np.logical_and.reduce(windows, axis=(2, 3))
    return inside
