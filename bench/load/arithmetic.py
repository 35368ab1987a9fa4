"""What is made of samples: robust slopes, growth and percentiles. Pure."""

import math
import statistics
from collections.abc import Sequence
from itertools import combinations

MOST = 400
"""So many samples are compared with each other, evenly chosen: pairs grow with the square."""
Point = tuple[float, float]


def slope(points: Sequence[Point]) -> float:
    """Theil-Sen: the median of the slopes of all pairs, in y for each x. 0 for fewer than two moments.

    A fifth of the samples may be anything (a collection, a burst of work) without moving it much.
    """
    chosen = _thinned(points)
    rises = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(chosen, 2) if x1 != x2]
    return statistics.median(rises) if rises else 0.0


def growth(points: Sequence[Point], parts: int = 4) -> float:
    """The median of the last part of the samples less that of the first; 0 where there are fewer than `parts`."""
    each = len(points) // parts
    if not each:
        return 0.0
    ordered = [y for _, y in sorted(points)]
    return statistics.median(ordered[-each:]) - statistics.median(ordered[:each])


def share(values: Sequence[float], part: float) -> float | None:
    """Nearest-rank percentile; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def by_part(points: Sequence[Point], part: float, began: float, ended: float, parts: int = 4) -> list[float | None]:
    """That percentile in each of `parts` equal stretches between two moments."""
    long = (ended - began) / parts
    edges = [began + long * at for at in range(parts + 1)]
    within = [[y for x, y in points if edges[at] <= x < edges[at + 1]] for at in range(parts)]
    return [share(values, part) for values in within]


def ratio(with_it: float | None, without: float | None) -> float | None:
    """None where either is not known, or there is nothing to compare with."""
    return with_it / without if with_it is not None and without else None


def _thinned(points: Sequence[Point]) -> list[Point]:
    step = max(1.0, len(points) / MOST)
    return [points[int(at * step)] for at in range(min(len(points), MOST))]
