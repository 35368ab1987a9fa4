"""What only the original's own pixels show: detail as fine as they could hold, and the blocks that compression left."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime import photograph
from services.tagger.look import LARGEST, Look

SIDE = 512  # pixels of the patch that is looked at
PATCH = 8  # pixels: the blocks of JPEG
BANDS = 64  # rings of the spectrum up to the finest detail that pixels can hold
SHAPES, MIDDLE, FINE = slice(12, 26), slice(32, 42), slice(48, 62)
SOFT, CRISP = -5.0, -3.4  # powers of ten by which both finer bands together lie under the shapes'
NOISE = 1e-3
Floats = NDArray[np.float32]


def find(look: Look) -> dict[str, Any]:
    """{"detail": {"fine": 0..100, "blockiness": 1 and more}}; nothing for pictures too small to tell.

    Nor of what render has made: it is smaller and encoded anew, and says nothing of the original.
    """
    if not look.is_original:
        return {}
    patch = richest(look.flat(LARGEST).numpy())
    if min(patch.shape) < BANDS:
        return {}
    return {"detail": {"fine": fine(patch), "blockiness": blockiness(patch)}}


def richest(picture: NDArray[np.uint8]) -> Floats:
    """The most detailed patch of the picture [h, w, 3], on the grid of JPEG's blocks; its grey [h, w], 0..255."""
    green = picture[..., 1]  # tells where it is, and most of what grey would
    height, width = (min(SIDE, side) for side in green.shape)
    tops = range(0, green.shape[0] - height + 1, max(PATCH, height // 2 // PATCH * PATCH))
    lefts = range(0, green.shape[1] - width + 1, max(PATCH, width // 2 // PATCH * PATCH))
    places = [np.s_[top : top + height, left : left + width] for top in tops for left in lefts]
    return picture[max(places, key=lambda place: _steps(green[place]))] @ photograph.LUMA


def _steps(patch: NDArray[np.uint8]) -> float:
    return float(np.abs(np.diff(patch[::2, ::2].astype(np.int16), axis=1)).mean())


def fine(patch: Floats) -> int:
    """100: pixels as sharp as their number; towards 0: enlarged, or out of focus. An enlarged picture has no detail
    finer than that of the smaller one that it was made from."""
    spectrum = _spectrum(patch)
    power = np.log10([spectrum[band].mean() + NOISE for band in (SHAPES, MIDDLE, FINE)])
    under = power[1] + power[2] - 2 * power[0]
    return round(100 * float(np.clip((under - SOFT) / (CRISP - SOFT), 0, 1)))


def _spectrum(patch: Floats) -> NDArray[np.float64]:
    """Mean power of each ring of frequencies, [BANDS], from the coarsest to the finest."""
    pixels = patch.astype(np.float64) - patch.mean()
    window = np.outer(np.hanning(pixels.shape[0]), np.hanning(pixels.shape[1]))
    power = np.abs(np.fft.fft2(pixels * window)) ** 2 / (window**2).sum()
    rows, columns = (np.abs(np.fft.fftfreq(side)) * 2 for side in pixels.shape)
    ring = np.minimum((np.maximum(rows[:, None], columns[None, :]) * BANDS).astype(np.intp), BANDS - 1)
    counts = np.bincount(ring.ravel(), minlength=BANDS)
    means: NDArray[np.float64] = np.bincount(ring.ravel(), power.ravel(), BANDS) / np.maximum(counts, 1)
    return means


def blockiness(grey: Floats) -> float:
    """Steps on a grid of 8 pixels against those between, 1 is none; on any grid, for it may have been cropped since."""
    return round(min(_along(grey), _along(grey.T)), 2)


def _along(pixels: Floats) -> float:
    # A step of its own, not a slope that goes on: against the slopes on both sides of it.
    slopes = np.diff(pixels, axis=1)
    steps = np.minimum(np.abs(slopes[:, 1:-1] - (slopes[:, :-2] + slopes[:, 2:]) / 2), 20).mean(axis=0)
    columns = steps[: len(steps) // PATCH * PATCH].reshape(-1, PATCH).mean(axis=0)
    return float(columns.max() / max(float(np.median(columns)), 0.05))
