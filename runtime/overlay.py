"""Lays one small picture upon another: how large, and where, it fits best as a part of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

COARSE = 16  # pixels a side at which every place is tried
FINE = (32, 64)
SMALLEST = 0.6  # of the outer picture's side: half of the picture may be cut away
ROUNDS = 8
STILL = 3e-4  # of the side: less than this is no step
OUTLIER = 0.05  # difference in lightness from which on a pixel counts little: a watermark does not move the picture


@dataclass(frozen=True)
class Placement:
    """Of the inner picture in the outer one, as shares of it. fit: correlation of the lightness, at most 1."""

    left: float
    top: float
    width: float
    height: float
    fit: float


WHOLE = Placement(0, 0, 1, 1, 0)


@lru_cache(maxsize=4096)
def _cover(size: int, wanted: int) -> Floats:
    """[wanted, size]: how much of each pixel belongs to each of `wanted` equal parts."""
    edges, at = np.linspace(0, size, wanted + 1), np.arange(size)
    cover = np.clip(np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at), 0, None)
    rows: Floats = (cover / cover.sum(1, keepdims=True)).astype(np.float32)
    return rows


def averaged(picture: Floats, height: int, width: int) -> Floats:
    """[h, w] or [h, w, bands] → [height, width, …], each pixel the mean of what it covers."""
    rows, columns = _cover(picture.shape[0], height), _cover(picture.shape[1], width)
    if picture.ndim == 2:
        return np.asarray(rows @ picture @ columns.T, np.float32)
    return np.stack([rows @ picture[..., band] @ columns.T for band in range(picture.shape[2])], axis=-1)


def fitted(picture: Floats, side: int) -> Floats:
    """The longer side `side` pixels."""
    height, width = picture.shape[:2]
    longer = max(height, width)
    return averaged(picture, max(4, round(height * side / longer)), max(4, round(width * side / longer)))


def view(outer: Floats, place: Placement, height: int, width: int) -> Floats:
    """What the outer picture shows there, in height × width pixels; bilinear, beyond its edge the edge."""
    rows = _sampling(outer.shape[0], height, place.top, place.height)
    columns = _sampling(outer.shape[1], width, place.left, place.width)
    if outer.ndim == 2:
        return np.asarray(rows @ outer @ columns.T, np.float32)
    return np.stack([rows @ outer[..., band] @ columns.T for band in range(outer.shape[2])], axis=-1)


def _sampling(size: int, wanted: int, start: float, extent: float) -> Floats:
    """[wanted, size]: the two pixels that each sample lies between, by their nearness."""
    at = np.clip((start + (np.arange(wanted) + 0.5) / wanted * extent) * size - 0.5, 0, size - 1)
    low = np.minimum(at.astype(np.intp), size - 2)
    rows = np.zeros((wanted, size), np.float32)
    rows[np.arange(wanted), low] = 1 - (at - low)
    rows[np.arange(wanted), low + 1] = at - low
    return rows


def correlation(one: Floats, other: Floats) -> float:
    """-1..1; 0 where one of them is plain."""
    one, other = one - one.mean(), other - other.mean()
    return float((one * other).sum() / (np.sqrt((one * one).sum() * (other * other).sum()) + 1e-6))


def guesses(inner: Floats, outer: Floats) -> Iterator[Placement]:
    """The best place for each size, on a coarse grid; lightness [h, w] both."""
    coarse = fitted(outer, COARSE)
    rows, columns = coarse.shape
    ratio = inner.shape[1] / inner.shape[0]
    largest = min(rows, columns / ratio)
    for height in range(round(largest), int(largest * SMALLEST) - 1, -1):
        width = min(round(height * ratio), columns)
        if height <= rows and min(width, height) >= 4:
            yield _best(averaged(inner, height, width), coarse)


def _best(small: Floats, coarse: Floats) -> Placement:
    height, width = small.shape
    centred = (small - small.mean()).ravel()
    windows = np.lib.stride_tricks.sliding_window_view(coarse, (height, width))
    flat = windows.reshape(*windows.shape[:2], height * width)
    spread = np.sqrt(np.maximum(flat.var(axis=-1) * height * width, 1e-6))
    fits = flat @ centred / (spread * np.sqrt((centred**2).sum()) + 1e-6)
    top, left = np.unravel_index(np.argmax(fits), fits.shape)
    rows, columns = coarse.shape
    return Placement(left / columns, top / rows, width / columns, height / rows, float(fits[top, left]))


def refine(inner: Floats, outer: Floats, place: Placement) -> Placement:
    """Move and size it until it fits best (Gauss-Newton), first on smaller pictures; lightness [h, w] both."""
    for side in FINE:
        large = fitted(outer, side)
        height, width = (
            max(4, round(n * part)) for n, part in zip(large.shape, (place.height, place.width), strict=True)
        )
        place = _refine(averaged(inner, height, width), large, place)
    return place


def _refine(inner: Floats, outer: Floats, place: Placement) -> Placement:
    height, width = inner.shape
    seen = view(outer, place, height, width)
    best = now = Placement(place.left, place.top, place.width, place.height, correlation(seen, inner))
    for _ in range(ROUNDS):
        step = _step(inner, seen, now)
        left, top, wide, high = (
            a + float(b) for a, b in zip((now.left, now.top, now.width, now.height), step, strict=True)
        )
        if not (0.3 < wide < 1.2 and 0.3 < high < 1.2):
            break
        now = Placement(left, top, wide, high, 0)
        seen = view(outer, now, height, width)
        now = Placement(left, top, wide, high, correlation(seen, inner))
        best = max(best, now, key=lambda tried: tried.fit)
        if np.abs(step).max() < STILL:
            break
    return best


def _step(inner: Floats, seen: Floats, place: Placement) -> NDArray[np.float64]:
    """By how much left, top, width and height should change."""
    height, width = inner.shape
    down, right = np.gradient(seen)
    right, down = right * width / place.width, down * height / place.height
    across = ((np.arange(width) + 0.5) / width)[None, :]
    along = ((np.arange(height) + 0.5) / height)[:, None]
    slopes = np.stack([right, down, right * across, down * along], axis=-1).reshape(-1, 4)
    slopes = slopes - slopes.mean(0)
    error = ((inner - inner.mean()) - (seen - seen.mean())).ravel()
    trusted = slopes / (1 + (error / OUTLIER) ** 2)[:, None]
    step = np.linalg.solve(slopes.T @ trusted + 1e-4 * np.eye(4), trusted.T @ error)
    clipped: NDArray[np.float64] = np.clip(step, -0.05, 0.05)
    return clipped
