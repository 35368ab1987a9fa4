"""How often default labels are right that are said with so much probability: what the cards' `belief` holds.

    PACKSHOT_MEDIA=… python -m bench.belief

Of `luma/` and `clothing/`, whose truth is the shop's own code and the folder; the 54 photographs that labels are
judged on are not looked at. Prints slope and offset fitted to all, and how far confidence and truth are
apart before and after, each picture judged by what was fitted without its fifth (a style of Luma stays together).
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.calibration import plot_of
from services.tagger import labels, work
from services.tagger.models.card import Belief
from services.tagger.models.registry import Loaded

TOP = {"clothing", "top"}
JERSEY = TOP | {"sweater", "sweatshirt", "cardigan"}
BOTTOMS = {"clothing", "bottoms"}
SKIRT = {"skirt", "miniskirt", "overskirt", "hoop skirt"}
SHOE = {"footwear", "shoe", "sneaker", "loafer", "sandal", "clogs", "slip-on shoe", "boot", "cowboy boot", "high heels"}
HAT = {"clothing", "headwear", "hat", "cowboy hat", "sombrero", "baseball cap", "bonnet", "cap"}
OUTER = TOP | {"outerwear", "coat", "trench coat", "fur coat", "poncho", "cloak", "cardigan", "sweatshirt", "sweater"}
RIGHT: dict[str, set[str]] = {
    "mh": JERSEY, "mj": JERSEY | {"outerwear", "coat", "trench coat"}, "mp": BOTTOMS | {"jeans"},
    "ms": TOP | {"T-shirt"}, "msh": BOTTOMS | {"shorts"}, "mt": TOP,
    "dress": {"clothing", "dress", "gown"}, "hat": HAT, "longsleeve": JERSEY,
    "outwear": OUTER, "pants": BOTTOMS | {"jeans"}, "shirt": TOP, "shoes": SHOE, "shorts": BOTTOMS | {"shorts"},
    "skirt": {"clothing", "bottoms", *SKIRT}, "t-shirt": TOP | {"T-shirt"},
}  # fmt: skip
"""By Luma's code or the folder: words that are true of what it shows, wide ones too."""
FOLDS = 5


def pictures(media: Path) -> Iterator[tuple[Path, str, str]]:
    """File, kind, and what is held back together."""
    for path in sorted(media.glob("luma/images/*.jpg")):
        if match := re.match(r"([a-z]+)\d+", path.name):
            yield path, match[1], match[0]
    for path in sorted(media.glob("clothing/*/*.jpg")):
        yield path, path.parent.name, path.name


def fit(shares: NDArray[np.float64], right: NDArray[np.float64]) -> Belief:
    """Platt's scaling by Newton's method; his prior, one right and one wrong in all, keeps it finite."""
    logits = np.log(shares / (1 - shares))
    rows = np.stack([logits, np.ones_like(logits)], axis=1)
    yes, no = (right.sum() + 1) / (right.sum() + 2), 1 / ((1 - right).sum() + 2)
    wanted, weights = np.where(right > 0, yes, no), np.zeros(2)
    for _ in range(50):
        sure = 1 / (1 + np.exp(-rows @ weights))
        curve = rows.T @ (rows * (sure * (1 - sure))[:, None]) + 1e-6 * np.eye(2)
        weights += np.linalg.solve(curve, rows.T @ (wanted - sure))
    return Belief(slope=round(float(weights[0]), 3), offset=round(float(weights[1]), 3))


def judged(said: Sequence[tuple[float, bool, str]]) -> None:
    """Print what was fitted, and how well it does on what it has not seen."""
    shares = np.clip([share for share, _, _ in said], 1e-3, 1 - 1e-3)
    right = np.array([true for _, true, _ in said], float)
    groups = sorted({group for _, _, group in said})
    fold = np.array([groups.index(group) % FOLDS for _, _, group in said])
    held = np.zeros(len(said))
    for number in range(FOLDS):
        belief = fit(shares[fold != number], right[fold != number])
        for at in np.flatnonzero(fold == number):
            held[at] = labels.believed(labels.Label("", float(shares[at]), ""), belief).confidence
    before, after = (plot_of("", values.tolist(), (right > 0).tolist()).off for values in (shares, held))
    print(f"{fit(shares, right)!r}; off {before:.3f}, held back {after:.3f}")


def raw(models: Sequence[Loaded]) -> None:
    """Let the models say their probabilities."""
    for one in models:
        one.model.card = one.model.card.model_copy(
            update={"decision": one.model.card.decision.model_copy(update={"belief": Belief()})}
        )


def main() -> None:
    """Print a line a model, and what was fitted to all: what a detector says alone is too little to fit."""
    work.warm()
    raw(work.loaded().loaded)
    said: dict[str, list[tuple[float, bool, str]]] = defaultdict(list)
    for path, kind, group in pictures(Path(os.environ["PACKSHOT_MEDIA"])):
        for label in next(work.work({"input": path.name}, path.parent))["labels"]:
            said[label["source"]].append((label["confidence"], label["label"] in RIGHT[kind], group))
    for model, told in sorted(said.items()):
        print(f"{model}: {len(told)} said, {np.mean([right for _, right, _ in told]):.2f} right")
    judged([one for told in said.values() for one in told])


if __name__ == "__main__":
    main()
