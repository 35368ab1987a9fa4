"""Dominant colours of the product: what is left when a plain background, and most skin, is set aside."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runtime import oklab
from services.tagger import palette
from services.tagger.background import Background

MEANS = 6
ROUNDS = 8
SMALLEST_SHARE = 0.04
MOST = 5
SKIN_WEIGHT = 0.1


@dataclass(frozen=True)
class Colour:
    """A named colour, its mean as `#rrggbb`, and its share of the product, 0..1."""

    name: str
    hex: str
    share: float


def skin(lab: oklab.Floats) -> NDArray[np.bool_]:
    """Where the colour is one that skin has, in any complexion: it may be a tan product all the same."""
    light, strong, angle = lab[..., 0], oklab.chroma(lab), oklab.hue(lab)
    found: NDArray[np.bool_] = (
        (angle > 30) & (angle < 72) & (strong > 0.035) & (strong < 0.135) & (light > 0.2) & (light < 0.9)
    )
    return found


def weights(lab: oklab.Floats, product: NDArray[np.bool_]) -> oklab.Floats:
    """How much each pixel counts, [h, w]: the middle of the product most, skin little, background nothing."""
    rows, columns = np.nonzero(product)
    grid = np.indices(product.shape, np.float32)
    distance = np.zeros(product.shape, np.float32)
    for axis, at in zip(grid, (rows, columns), strict=True):
        low, high = np.percentile(at, (2, 98))
        distance += ((axis - (low + high) / 2) / max((high - low) / 2, 1.0)) ** 2
    counted: oklab.Floats = np.exp(-1.2 * distance) * product
    bare = skin(lab) & product
    if (counted * bare).sum() < 0.7 * counted.sum():  # else it is the product itself that is tan or brown
        counted[bare] *= SKIN_WEIGHT
    return counted


def cluster(points: oklab.Floats, mass: oklab.Floats) -> NDArray[np.intp]:
    """Weighted k-means, points [n, 3] → cluster [n]. Seeds are the farthest points, so equal pictures cluster alike."""
    axes = np.ascontiguousarray(points.T)
    weighed = axes * mass
    centres = [np.average(points, axis=0, weights=mass)]
    nearest = _squares(axes, centres[0])
    for _ in range(MEANS - 1):
        centres.append(points[np.argmax(nearest * mass)])
        nearest = np.minimum(nearest, _squares(axes, centres[-1]))
    means = np.array(centres, np.float32)
    labels = np.full(len(points), -1, np.intp)
    for _ in range(ROUNDS):
        before, labels = labels, np.argmin((means**2).sum(1)[:, None] - 2 * means @ axes, axis=0)
        if np.array_equal(before, labels):  # nothing moves any more
            break
        total = np.bincount(labels, mass, MEANS)
        sums = np.stack([np.bincount(labels, axis, MEANS) for axis in weighed], axis=1)
        means = np.where(total[:, None] > 0, sums / np.maximum(total, 1e-9)[:, None], means).astype(np.float32)
    return labels


def _squares(axes: oklab.Floats, centre: oklab.Floats) -> oklab.Floats:
    """Squared distance of each point [3, n] from a centre [3]."""
    found: oklab.Floats = ((axes - centre[:, None]) ** 2).sum(0)
    return found


def dominant(pixels: NDArray[np.uint8], background: Background) -> list[Colour]:
    """uint8 [h, w, 3], about 96 pixels → its named colours, most first; at least one, shares ≤ 1 together."""
    lab = oklab.from_srgb(pixels)
    counted = weights(lab, background.product)
    kept = counted > 1e-3 * counted.max()
    points, mass = lab[kept], counted[kept] / counted[kept].sum()
    labels = cluster(points, mass)
    share = np.bincount(labels, mass, MEANS)
    used = np.flatnonzero(share)
    means = np.stack([np.average(points[labels == c], axis=0, weights=mass[labels == c]) for c in used])
    named = palette.names(means.astype(np.float32))
    found = [_colour(int(name), means[named == name], share[used][named == name]) for name in np.unique(named)]
    found.sort(key=lambda colour: -colour.share)
    return [c for c in found if c.share >= SMALLEST_SHARE][:MOST] or found[:1]


def _colour(name: int, means: oklab.Floats, share: NDArray[np.float64]) -> Colour:
    mean = oklab.to_srgb(np.average(means, axis=0, weights=share).astype(np.float32))
    return Colour(palette.NAMES[name], "#" + "".join(f"{value:02x}" for value in mean), round(float(share.sum()), 3))
