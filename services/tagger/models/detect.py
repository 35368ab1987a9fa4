"""Where things are: a detector's raw numbers → boxes with a class and a score each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# The anchors of MediaPipe's OpenImages detector: six grids, in the order of its outputs.
GRIDS = (19, 10, 5, 3, 2, 1)
SMALLEST, LARGEST = 0.2, 0.95
RATIOS = (1.0, 2.0, 0.5, 3.0, 1 / 3)
CENTRE, SIZE = 10.0, 5.0
"""By how much the network's numbers are too large."""
LEAST = 0.15
"""A hint; who believes that something is there asks for more."""
OVERLAP = 0.5


@dataclass(frozen=True)
class Found:
    """box: left, top, right, bottom as shares of the picture; index: the class, 0 being nothing; score: 0..1."""

    index: int
    score: float
    box: tuple[float, float, float, float]

    @property
    def area(self) -> float:
        """Share of the picture."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


def _scale(layer: int) -> float:
    return SMALLEST + (LARGEST - SMALLEST) * layer / (len(GRIDS) - 1) if layer < len(GRIDS) else 1.0


def _anchors() -> NDArray[np.float32]:
    """[anchors, 4]: centre x, centre y, width, height."""
    rows = []
    for layer, grid in enumerate(GRIDS):
        scale, between = _scale(layer), float(np.sqrt(_scale(layer) * _scale(layer + 1)))
        sides = [(scale * ratio**0.5, scale / ratio**0.5) for ratio in RATIOS] + [(between, between)]
        if layer == 0:  # the finest grid has three only, one of them small
            sides = [(0.1, 0.1), *((scale * ratio**0.5, scale / ratio**0.5) for ratio in (2.0, 0.5))]
        places = [((x + 0.5) / grid, (y + 0.5) / grid) for y in range(grid) for x in range(grid)]
        rows += [(*place, *side) for place in places for side in sides]
    return np.array(rows, np.float32)


ANCHORS = _anchors()


def decode(boxes: NDArray[np.float32], scores: NDArray[np.float32], least: float = LEAST) -> list[Found]:
    """boxes: [anchors, 4] y, x, height, width; scores: [anchors, classes], before the sigmoid. The surest first."""
    classes = scores[:, 1:].argmax(1) + 1
    best = 1 / (1 + np.exp(-scores[np.arange(len(scores)), classes]))
    sure = np.flatnonzero(best >= least)
    order = sure[np.argsort(-best[sure])].tolist()
    corners = _corners(boxes)
    kept: list[int] = []
    for number in order:
        alike = [other for other in kept if classes[other] == classes[number]]
        if all(_overlap(corners[number], corners[other]) < OVERLAP for other in alike):
            kept.append(number)
    return [_found(int(classes[number]), float(best[number]), corners[number]) for number in kept]


def _found(index: int, score: float, corners: NDArray[np.float32]) -> Found:
    left, top, right, bottom = map(float, corners)
    return Found(index, score, (left, top, right, bottom))


def _corners(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """[anchors, 4]: left, top, right, bottom, within the picture."""
    centre_x = raw[:, 1] / CENTRE * ANCHORS[:, 2] + ANCHORS[:, 0]
    centre_y = raw[:, 0] / CENTRE * ANCHORS[:, 3] + ANCHORS[:, 1]
    half_w = np.exp(raw[:, 3] / SIZE) * ANCHORS[:, 2] / 2
    half_h = np.exp(raw[:, 2] / SIZE) * ANCHORS[:, 3] / 2
    corners = np.stack([centre_x - half_w, centre_y - half_h, centre_x + half_w, centre_y + half_h], 1)
    inside: NDArray[np.float32] = np.clip(corners, 0, 1)
    return inside


def _overlap(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Shared area over the area of both together."""
    width = max(0.0, float(min(one[2], other[2]) - max(one[0], other[0])))
    height = max(0.0, float(min(one[3], other[3]) - max(one[1], other[1])))
    shared = width * height
    areas = sum(float((box[2] - box[0]) * (box[3] - box[1])) for box in (one, other))
    return shared / max(areas - shared, 1e-9)
