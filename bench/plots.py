"""Confidence against truth, as numbers and as small squares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
SIDE, GAP, ROW, COLUMNS = 84, 22, 46, 6


@dataclass(frozen=True)
class Plot:
    """points: (mean confidence, share right, how many) of each band that somebody fell into."""

    name: str
    points: list[tuple[float, float, int]]

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
    return Plot(name, [(float(sure[row].mean()), float(true[row].mean()), int(row.sum())) for row in rows if row.any()])


def svg(plots: Sequence[Plot]) -> str:
    """Small squares side by side: confidence to the right, share right upwards; on the line they agree."""
    rows = -(-len(plots) // COLUMNS)
    width, height = COLUMNS * (SIDE + GAP) + GAP, rows * (SIDE + ROW)
    font = 'font-family="sans-serif" font-size="9"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {font}>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, plot in enumerate(plots):
        left, top = GAP + number % COLUMNS * (SIDE + GAP), GAP + number // COLUMNS * (SIDE + ROW)
        parts += [
            f'<text x="{left}" y="{top - 6}" font-weight="bold">{plot.name}</text>',
            f'<rect x="{left}" y="{top}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#bbb"/>',
            f'<path d="M{left} {top + SIDE}l{SIDE} -{SIDE}" stroke="#bbb" stroke-dasharray="3"/>',
            f'<text x="{left}" y="{top + SIDE + 14}" fill="#555">{plot.off:.2f} off</text>',
        ]
        for sure, right, many in plot.points:
            x, y, radius = left + SIDE * sure, top + SIDE * (1 - right), 1.5 + min(many, 100) ** 0.5 / 2
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#06c" fill-opacity=".6"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"
