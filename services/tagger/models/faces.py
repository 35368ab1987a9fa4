"""How many faces: BlazeFace's raw numbers → a count. Where and whose they are is not kept."""

import numpy as np
from numpy.typing import NDArray

GRID = 48
"""Places that the network looks at, a side."""
OVERLAP = 0.3


def count(boxes: NDArray[np.float32], scores: NDArray[np.float32], size: int, least: float) -> int:
    """boxes: [places, 16] centre x, centre y, width, height (then points of the face), in pixels of the square of
    `size`, the centre from the place's own; scores: [places, 1], before the sigmoid. least: a surer one is a face.
    """
    shares = 1 / (1 + np.exp(-np.clip(scores[:, 0], -80, 80)))
    sure = np.flatnonzero(shares >= least)
    kept: list[NDArray[np.float32]] = []
    for number in sure[np.argsort(-shares[sure])].tolist():
        box = _box(boxes[number], number, size)
        if all(_overlap(box, other) < OVERLAP for other in kept):
            kept.append(box)
    return len(kept)


def _box(raw: NDArray[np.float32], number: int, size: int) -> NDArray[np.float32]:
    """Left, top, right, bottom."""
    place = np.array([number % GRID + 0.5, number // GRID + 0.5], np.float32) / GRID
    centre, half = place + raw[:2] / size, raw[2:4] / size / 2
    return np.concatenate([centre - half, centre + half])


def _overlap(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Shared area over the area of both together."""
    shared = float(np.prod(np.clip(np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]), 0, None)))
    areas = float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2]))
    return shared / max(areas - shared, 1e-9)
