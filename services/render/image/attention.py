"""Where to put a window so that it holds most of what draws the eye. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

PLACES = 48  # that are tried along each axis
ALIKE = 0.03  # of all that draws the eye: windows that hold so much less are as good, and the middle one is taken


@dataclass(frozen=True)
class Attention:
    """How much draws the eye in each of the picture's columns and rows, evenly spaced from edge to edge."""

    columns: Sequence[float]
    rows: Sequence[float]

    def centre(self, window: tuple[float, float]) -> tuple[float, float]:
        """The middle of the best place for a window. All in shares of the picture."""
        return _best(self.columns, window[0]), _best(self.rows, window[1])


def _best(sums: Sequence[float], length: float) -> float:
    """The middle of the windows of that length that hold most, as a share."""
    before = [0.0, *accumulate(sums)]

    def until(at: float) -> float:
        cell = min(len(sums) - 1, int(at * len(sums)))
        return before[cell] + (at * len(sums) - cell) * sums[cell]

    free = max(0.0, 1 - length)
    starts = [free * number / PLACES for number in range(PLACES + 1)]
    held = [until(min(1.0, start + length)) - until(start) for start in starts]
    good = [start for start, inside in zip(starts, held, strict=True) if inside >= max(held) - ALIKE * before[-1]]
    return (good[0] + good[-1]) / 2 + length / 2
