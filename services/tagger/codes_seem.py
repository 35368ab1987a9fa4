"""Where a bar code seems to be: blocks whose edges all run one way, side by side, and many edges along a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE = 960  # pixels looked at
BLOCK = 12
COHERENT = 0.72  # of the structure tensor: 1 where all edges run one way
EDGY = 20.0  # mean square of the gradient, grey levels a pixel
ALIKE = 20.0  # degrees between neighbours
LEAST = 8  # blocks
MOST = 3  # places in a picture, the strongest
LEAST_EDGES = 36  # along a line through it: an EAN-13 has 60, less what blur eats. Folds of cloth have 20 to 35
CONTRAST = 15.0  # standard deviation along that line, grey levels
Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """Shares of the picture; angle: degrees that it must be turned by (libvips' way) for the bars to stand upright."""

    left: float
    top: float
    width: float
    height: float
    angle: float


def places(grey: Grey) -> list[Place]:
    """uint8 [h, w] of about SIDE pixels → where bars seem to be, the strongest first."""
    energy, coherence, angle = _tensor(grey.astype(np.float32))
    barred = (coherence > COHERENT) & (energy > EDGY)
    found = [blocks for blocks in _grown(barred, angle) if len(blocks[0]) >= LEAST]
    found.sort(key=lambda blocks: -float(energy[blocks].sum()))
    return [_place(blocks, angle, energy.shape) for blocks in found[:MOST]]


def is_barred(upright: Grey) -> bool:
    """Whether a few of its rows, taken together, go up and down as often and as far as bars do."""
    height, width = upright.shape
    if height < 8 or width < 40:
        return False
    few = max(3, height // 24)  # bars that stand a little aslant blur into each other over many rows
    return any(_goes_up_and_down(upright[at : at + few]) for at in (height // 3, height // 2, height * 2 // 3))


def _goes_up_and_down(rows: Grey) -> bool:
    line = rows.mean(axis=0, dtype=np.float32)
    wave = line - _smooth(line, max(5, len(line) // 12))
    edges = int((np.diff(np.sign(wave)) != 0).sum())
    return edges >= LEAST_EDGES and float(wave.std()) > CONTRAST


def _tensor(grey: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each block: mean energy of its edges, how much they run one way 0..1, and which way (degrees, 0..180)."""
    across = (grey[1:-1, 2:] - grey[1:-1, :-2]) / 2
    down = (grey[2:, 1:-1] - grey[:-2, 1:-1]) / 2
    xx, yy, xy = _blocks(across * across), _blocks(down * down), _blocks(across * down)
    total = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / np.maximum(total, 1e-6)
    angle = np.degrees(0.5 * np.arctan2(2 * xy, xx - yy)) % 180
    return total, coherence, angle.astype(np.float32)


def _blocks(values: NDArray[Any]) -> Floats:
    rows, columns = values.shape[0] // BLOCK, values.shape[1] // BLOCK
    cut = values[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    means: Floats = cut.mean(axis=(1, 3))
    return means


def _grown(barred: NDArray[np.bool_], angle: Floats) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Groups of neighbours that run the same way, as rows and columns of their blocks."""
    left = barred.copy()
    for start in np.argwhere(barred):
        waiting, members = [tuple(start)], []
        while waiting:
            row, column = waiting.pop()
            if not left[row, column]:
                continue
            left[row, column] = False
            members.append((row, column))
            for y in range(max(0, row - 1), min(left.shape[0], row + 2)):
                for x in range(max(0, column - 1), min(left.shape[1], column + 2)):
                    turn = abs(angle[y, x] - angle[row, column])
                    if left[y, x] and min(turn, 180 - turn) < ALIKE:
                        waiting.append((y, x))
        if members:
            rows, columns = np.array(members).T
            yield rows, columns


def _place(blocks: tuple[NDArray[np.intp], NDArray[np.intp]], angle: Floats, shape: tuple[int, ...]) -> Place:
    rows, columns = blocks
    doubled = np.exp(2j * np.radians(angle[blocks])).mean()
    way = float(np.degrees(np.angle(doubled)) / 2)  # -90..90: of the edges' normal against the row
    top, left = rows.min() / shape[0], columns.min() / shape[1]
    height, width = (np.ptp(rows) + 1) / shape[0], (np.ptp(columns) + 1) / shape[1]
    return Place(left, top, width, height, -way)


def _smooth(values: Floats, width: int) -> Floats:
    kernel = np.full(width, 1 / width, np.float32)
    smoothed = np.convolve(np.pad(values, width // 2, mode="edge"), kernel, "valid")
    return smoothed[: len(values)].astype(np.float32)
