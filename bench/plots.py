"""Confidence against truth, as numbers and as small squares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
MOST, FEWEST = 5, 20
"""Dots of a plot by quantiles, and what one of them is made of at least."""
SIDE, GAP, ROW, COLUMNS = 112, 26, 54, 5
CORNERS = (0.8, 0.5, 0.0)
"""Where the axes of a square may begin: the first that leaves no dot out."""


@dataclass(frozen=True)
class Plot:
    """points: (mean confidence, share right, how many) of each band or quantile that somebody fell into."""

    name: str
    points: list[tuple[float, float, int]]

    @property
    def many(self) -> int:
        """How often it could be said."""
        return sum(many for *_, many in self.points)

    @property
    def corner(self) -> float:
        """Where both axes begin."""
        return next(corner for corner in CORNERS if all(min(point[:2]) >= corner for point in self.points))

    @property
    def off(self) -> float:
        """How far confidence and truth are apart in the mean, where the tag is thought of at all."""
        points = [point for point in self.points if point[0] >= EDGES[1]]
        return sum(many * abs(sure - right) for sure, right, many in points) / max(sum(many for *_, many in points), 1)


def plot_of(name: str, confidence: Sequence[float], right: Sequence[bool]) -> Plot:
    """confidence, right: of each time that it could be said."""
    sure, true = np.array(confidence), np.array(right, float)
    band = np.clip(np.digitize(sure, EDGES) - 1, 0, len(EDGES) - 2)
    rows = [band == number for number in range(len(EDGES) - 1)]
    return Plot(name, [_point(sure[row], true[row]) for row in rows if row.any()])


def quantiles_of(name: str, confidence: Sequence[float], right: Sequence[bool]) -> Plot:
    """The same where all confidences lie close together: as many in each dot, the least sure in the first."""
    sure, true = np.array(confidence), np.array(right, float)
    order = np.argsort(sure, kind="stable")
    parts = np.array_split(order, max(1, min(MOST, len(order) // FEWEST)))
    return Plot(name, [_point(sure[part], true[part]) for part in parts if len(part)])


def _point(sure: NDArray[np.float64], true: NDArray[np.float64]) -> tuple[float, float, int]:
    return float(sure.mean()), float(true.mean()), len(sure)


def svg(plots: Sequence[Plot]) -> str:
    """Squares: confidence to the right, share right upwards; on the line they agree. Upright lines: by chance alone."""
    rows = -(-len(plots) // COLUMNS)
    width, height = COLUMNS * (SIDE + GAP) + GAP, rows * (SIDE + ROW)
    font = 'font-family="sans-serif" font-size="9"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {font}>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, plot in enumerate(plots):
        left, top = GAP + number % COLUMNS * (SIDE + GAP), GAP + number // COLUMNS * (SIDE + ROW)
        parts += [f'<g transform="translate({left} {top})">', *_square(plot), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _square(plot: Plot) -> list[str]:
    small, many = 'font-size="7" fill="#555"', [many for *_, many in plot.points]
    alike = len(many) > 1 and max(many) - min(many) <= 1
    counts = f"{len(many)} × {max(many)}" if alike else f"of {sum(many)}"
    parts = [
        f'<text y="-6" font-weight="bold">{plot.name}</text>',
        f'<rect width="{SIDE}" height="{SIDE}" fill="none" stroke="#bbb"/>',
        f'<path d="M0 {SIDE}l{SIDE} -{SIDE}" stroke="#bbb" stroke-dasharray="3"/>',
        f'<text y="{SIDE + 9}" {small}>{plot.corner:g}</text>',
        f'<text x="{SIDE}" y="{SIDE + 9}" {small} text-anchor="end">1</text>',
        f'<text x="-3" y="7" {small} text-anchor="end">1</text>',
        f'<text y="{SIDE + 20}" fill="#555">{plot.off:.2f} off, {counts}</text>',
    ]
    for sure, right, many_of in plot.points:
        low, high = chance(right, many_of)
        x, y, from_y, to_y = (_at(plot, value) for value in (sure, right, max(low, plot.corner), high))
        y, radius = SIDE - y, 1.5 + min(many_of, 100) ** 0.5 / 4
        parts.append(f'<path d="M{x} {SIDE - from_y:.1f}V{SIDE - to_y:.1f}" stroke="#06c" stroke-opacity=".5"/>')
        parts.append(f'<circle cx="{x}" cy="{y:.1f}" r="{radius:.1f}" fill="#06c" fill-opacity=".7"/>')
        if not alike:
            parts.append(f'<text x="{x + radius + 1:.1f}" y="{y + 8:.1f}" {small}>{many_of}</text>')
    return parts


def _at(plot: Plot, value: float) -> float:
    return round(SIDE * (value - plot.corner) / (1 - plot.corner), 1)


def chance(share: float, many: int, deviations: float = 1.96) -> tuple[float, float]:
    """Wilson's interval: where the true share lies in 19 of 20 cases."""
    square = deviations**2 / many
    middle, half = share + square / 2, deviations * ((share * (1 - share) + square / 4) / many) ** 0.5
    return max((middle - half) / (1 + square), 0.0), min((middle + half) / (1 + square), 1.0)
