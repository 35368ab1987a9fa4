"""Perceptual hash: equal for the same picture re-encoded or resized, 64 bits, compared by counting differing bits."""

import numpy as np
from numpy.typing import NDArray

SIDE = 32  # pixels looked at
KEPT = 8  # lowest frequencies in each direction


def _dct(size: int) -> NDArray[np.float64]:
    """Rows of the orthonormal DCT-II, [size, size]."""
    k, n = np.mgrid[:size, :size]
    rows: NDArray[np.float64] = np.cos(np.pi * k * (2 * n + 1) / (2 * size)) * np.sqrt(np.where(k == 0, 1, 2) / size)
    return rows


_ROWS = _dct(SIDE)[:KEPT]


def phash(grey: NDArray[np.uint8]) -> str:
    """uint8 [32, 32] → 16 hex digits: which of the lowest frequencies are above their median."""
    frequencies = (_ROWS @ grey.astype(np.float64) @ _ROWS.T).ravel()
    # The first one is only the mean brightness. Rounding keeps an empty picture from hashing its arithmetic noise.
    bits = np.round(frequencies, 6) > np.round(np.median(frequencies[1:]), 6)
    bits[0] = False
    return np.packbits(bits).tobytes().hex()


def distance(one: str, other: str) -> int:
    """How many of the 64 bits differ: 0 is the same, up to about 10 a likely re-encoding, about 32 two strangers."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
