"""How often default labels are right that are said with so much probability: what the cards' `belief` holds.

    PACKSHOT_MEDIA=… python -m bench.belief FOLDER

Of `luma/` and `clothing/`, whose truth is the shop's own code and the folder, and of the 54 photographs in FOLDER
(`bench/calibration.py` says which), right by `tests/unit/tagger/shop_nouns.csv`. Prints how many of each set are right,
slope and offset fitted to all, and how far confidence and truth are apart before and after, each picture judged by
what was fitted without its fifth (a style of Luma stays together).
"""

import argparse
import csv
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.plots import plot_of
from cli.home import CHECKOUT
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
NOUNS = CHECKOUT / "tests" / "unit" / "tagger" / "shop_nouns.csv"
SHOP = "54 products"


@dataclass(frozen=True)
class Picture:
    """true: words that are right of it; group: what is held back together."""

    file: Path
    source: str
    true: set[str]
    group: str


@dataclass(frozen=True)
class Said:
    """share: what the network gave; model: whose word it is."""

    picture: Picture
    word: str
    model: str
    share: float
    right: bool

    @property
    def source(self) -> str:
        """Where the picture is from."""
        return self.picture.source


def pictures(media: Path, folder: Path) -> Iterator[Picture]:
    """All three sets."""
    yield from clothes(media)
    yield from shop(folder)


def clothes(media: Path) -> Iterator[Picture]:
    """Luma and clothing at home."""
    for path in sorted(media.glob("luma/images/*.jpg")):
        if match := re.match(r"([a-z]+)\d+", path.name):
            yield Picture(path, "luma", RIGHT[match[1]], match[0])
    for path in sorted(media.glob("clothing/*/*.jpg")):
        yield Picture(path, "clothing", RIGHT[path.parent.name], path.name)


def shop(folder: Path) -> list[Picture]:
    """The 54 products: their own nouns only."""
    rows = list(csv.DictReader(NOUNS.read_text("utf-8").splitlines()))
    return [Picture(folder / row["file"], SHOP, set(row["nouns"].split("|")), row["file"]) for row in rows]


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


def held_back(said: Sequence[Said]) -> NDArray[np.float64]:
    """The confidence of each by what was fitted without its fifth."""
    shares, right = numbers(said)
    groups = sorted({one.picture.group for one in said})
    fold = np.array([groups.index(one.picture.group) % FOLDS for one in said])
    held = np.zeros(len(said))
    for number in range(FOLDS):
        belief = fit(shares[fold != number], right[fold != number])
        for at in np.flatnonzero(fold == number):
            held[at] = labels.believed(labels.Label("", float(shares[at]), ""), belief).confidence
    return held


def numbers(said: Sequence[Said]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares and truth, as they are fitted."""
    return np.clip([one.share for one in said], 1e-3, 1 - 1e-3), np.array([one.right for one in said], float)


def raw(models: Sequence[Loaded]) -> None:
    """Let the models say their probabilities."""
    for one in models:
        one.model.card = one.model.card.model_copy(
            update={"decision": one.model.card.decision.model_copy(update={"belief": Belief()})}
        )


def said_of(media: Path, folder: Path) -> list[Said]:
    """Look at all; the models of this process say their probabilities from then on."""
    raw(work.loaded().loaded)
    found = []
    for one in pictures(media, folder):
        for label in next(work.work({"input": one.file.name}, one.file.parent))["labels"]:
            word, share = label["label"], label["confidence"]
            found.append(Said(one, word, label["source"], share, word in one.true))
    return found


def main() -> None:
    """Print a line a set, and what was fitted to all: what a detector says alone is too little to fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    media, folder = Path(os.environ["PACKSHOT_MEDIA"]), parser.parse_args().folder
    work.warm()
    said = said_of(media, folder)
    for name in dict.fromkeys(one.source for one in pictures(media, folder)):
        looked = [one for one in pictures(media, folder) if one.source == name]
        of = [one for one in said if one.source == name]
        hit = {one.picture.file for one in of if one.right}
        print(f"{name}: {len(of)} said, {np.mean([one.right for one in of]):.3f} right; "
              f"of {len(looked)} pictures {len(hit) / len(looked):.3f} have a right one")  # fmt: skip
    (shares, right), held = numbers(said), held_back(said)
    before, after = (plot_of("", values.tolist(), (right > 0).tolist()).off for values in (shares, held))
    print(f"{fit(shares, right)!r}; off {before:.3f}, held back {after:.3f}")


if __name__ == "__main__":
    main()
