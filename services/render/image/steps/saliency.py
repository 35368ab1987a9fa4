"""Saliency: what stands out from the picture's border, on a tiny copy; it places crops where no ground is plain.

A pixel stands out by its distance in Lab from the colours along the border, the more the nearer to the middle. Of the
border's colours the third nearest counts: a product that leaves the picture in one or two places still stands out.
"""

from collections.abc import Iterator

import numpy as np
import pyvips
from numpy.typing import NDArray

from services.render.image.attention import Attention
from services.render.image.geometry import Box

Map = NDArray[np.float32]
SIDE = 64  # pixels: of the longer side
PIECES, DEPTH = 4, 2  # pieces of each border, and how many pixels deep they are
NEAREST = 2  # counted from 0
LAB = np.array([0.6, 1.2, 1.2], np.float32)  # colour says more than light and shadow do
MIDDLE = 0.7  # how much less counts at the middle of an edge: exp(-0.7), in the corners twice that
OVER_MEAN, LEAST = 1.3, 0.15  # what is below so many times the mean, or that share of the most, is ground
FAINT = 2.0  # of Lab's units: what differs less is ground too
WHITE = [255, 255, 255]


def salient(small: pyvips.Image) -> Map:
    """How much each part of the picture stands out, row by row; 0 is ground."""
    if small.hasalpha():
        small = small.flatten(background=WHITE)
    tiny = small.resize(SIDE / max(small.width, small.height)).colourspace("lab").cast("float")
    lab = np.frombuffer(tiny.write_to_memory(), np.float32).reshape(tiny.height, tiny.width, 3)
    apart = np.stack([((lab - colour) ** 2 @ LAB) for colour in _border(lab)])
    there = np.sqrt(np.partition(apart, NEAREST, axis=0)[NEAREST]) * _middling(*lab.shape[:2])
    least = max(FAINT, float(there.mean()) * OVER_MEAN, float(there.max()) * LEAST)
    found: Map = np.where(there > least, there, 0).astype(np.float32)
    return found


def attention(found: Map) -> Attention:
    """For the place of crops. Squared: one thing that stands out clearly draws more than much that hardly does."""
    squared = found**2
    return Attention(squared.sum(axis=0).tolist(), squared.sum(axis=1).tolist())


def outside(found: Map, window: Box) -> float:
    """The share of what stands out that lies outside of a window. window: in shares of the picture."""
    high, wide = found.shape
    left, right = round(window.left * wide), round((window.left + window.width) * wide)
    top, down = round(window.top * high), round((window.top + window.height) * high)
    whole = float(found.sum())
    return 1 - float(found[top:down, left:right].sum()) / whole if whole else 0.0


def _border(lab: Map) -> Iterator[Map]:
    """Mean colours of the pieces of all four borders."""
    for border in (lab[:DEPTH], lab[-DEPTH:], lab[:, :DEPTH].swapaxes(0, 1), lab[:, -DEPTH:].swapaxes(0, 1)):
        pieces = np.array_split(border, min(PIECES, border.shape[1]), axis=1)
        yield from (piece.mean(axis=(0, 1)) for piece in pieces)


def _middling(high: int, wide: int) -> Map:
    down = (np.arange(high, dtype=np.float32) * 2 + 1) / high - 1
    across = (np.arange(wide, dtype=np.float32) * 2 + 1) / wide - 1
    near: Map = np.exp(-MIDDLE * (down[:, None] ** 2 + across[None, :] ** 2))
    return near
