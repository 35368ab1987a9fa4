"""How far a confidence can be believed: of what was said with 0.8, are 8 in 10 right? Each tag, of held-back pictures.

    PACKSHOT_MEDIA=… python -m bench.calibration FOLDER [--svg docs/calibration.svg]

Taught tags: `clothing/`, each picture judged by what was learnt without its fifth. Default labels: the 54 photographs
in FOLDER (`package/assets/images` of the npm package that `cli/sample/manifest.py` names), right by
`tests/unit/tagger/shop_nouns.csv`; no single word is said often enough for a plot of its own.
"""

import argparse
import base64
import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cli.home import CHECKOUT
from cli.teach import MODELS
from services.tagger import work
from services.tagger.taught.head import features_of
from services.tagger.taught.learn import learn
from services.tagger.taught.regression import Floats

EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
SIDE, GAP, ROW, COLUMNS = 84, 22, 46, 6
NOUNS = CHECKOUT / "tests" / "unit" / "tagger" / "shop_nouns.csv"


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


def taught(folder: Path) -> list[Plot]:
    """One of each tag, against all others."""
    needs = dict.fromkeys(MODELS, "")
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in (".jpg", ".jpeg", ".png"))
    tags = [file.parent.name for file in files]
    learnt = learn(np.stack([features_of(embeddings(file), needs) for file in files]), tags)
    pairs = enumerate(learnt.tags)
    return [plot_of(tag, learnt.held[:, at].tolist(), [one == tag for one in tags]) for at, tag in pairs]


def embeddings(file: Path) -> dict[str, Floats]:
    """Of all models, as they are stored."""
    found = next(work.work({"input": file.name, "teach": True}, file.parent))["embeddings"]
    return {name: np.frombuffer(base64.b64decode(text), "<f2").astype(np.float32) for name, text in found.items()}


def default(folder: Path) -> Plot:
    """All words together."""
    sure, right = [], []
    for row in csv.DictReader(NOUNS.open(encoding="utf-8")):
        for label in next(work.work({"input": row["file"]}, folder))["labels"]:
            sure.append(label["confidence"])
            right.append(label["label"] in row["nouns"].split("|"))
    return plot_of("default labels", sure, right)


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


def main() -> None:
    """Print a line a tag, and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--svg", type=Path)
    asked = parser.parse_args()
    work.warm()
    plots = [*taught(Path(os.environ["PACKSHOT_MEDIA"]) / "clothing"), default(asked.folder)]
    for plot in plots:
        told = "  ".join(f"{sure:.2f}→{right:.2f} ({many})" for sure, right, many in plot.points)
        print(f"{plot.name:16} {plot.off:.3f} off  {told}")
    if asked.svg:
        asked.svg.write_text(svg(plots), encoding="utf-8")


if __name__ == "__main__":
    main()
