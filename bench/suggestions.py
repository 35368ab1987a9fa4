"""Whether the right style is among the first three options for pictures that no name links.

    python -m bench.suggestions FOLDER [--rounds 10]

FOLDER: pictures called `<style>-<colour>_<view>.jpg`, as Luma's. In each round half of them are taken to be linked;
the others are unlinked, and suggested by likeness alone, and by likeness and their linked neighbours in the order of
their names, as a camera would have taken them. The last lines say how often a cosine was right, for `COSINES` and
`LIKELY` in services/catalog/likely.py.
"""

import argparse
import base64
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime import pixels
from runtime.eye import DECODED
from services.catalog.likely import Witness, options
from services.catalog.lookalikes import MOST_ALIKE
from services.tagger.work import tag

Vectors = NDArray[np.float32]
BINS = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.01)


def vectors(files: list[Path]) -> Vectors:
    """Unit vectors of the tagger's embedding."""
    found = []
    for path in files:
        picture = pixels.thumbnail(path, DECODED)
        packed = next(iter(tag(picture, picture.width, picture.height)["embeddings"].values()))
        vector = np.frombuffer(base64.b64decode(packed), "<f2").astype(np.float32)
        found.append(vector / np.linalg.norm(vector))
    return np.stack(found)


def witnesses(one: int, linked: NDArray[np.int64], styles: list[str], cosines: Vectors) -> Iterator[Witness]:
    """The linked pictures most like this one, as the database gives them."""
    for other in linked[np.argsort(-cosines[one, linked])][:MOST_ALIKE]:
        yield Witness(str(other), styles[other], (styles[other],), cosine=float(cosines[one, other]))


def beside(one: int, linked: NDArray[np.int64], styles: list[str]) -> Iterator[Witness]:
    """The linked frames next to it."""
    for where, near in (("before", linked[linked < one][-1:]), ("after", linked[linked > one][:1])):
        yield from (Witness(str(other), styles[other], (styles[other],), where=where) for other in near)


def place(witnesses: list[Witness], style: str) -> int:
    """Where the right style stands among the options; 99: nowhere."""
    said = [option.skus[0] for option in options((), witnesses)]
    return said.index(style) if style in said else 99


def placed(styles: list[str], cosines: Vectors, rounds: int) -> tuple[list[int], list[int], list[tuple[float, bool]]]:
    """Where the right style stood: by likeness alone, and with neighbours; and how like the most similar one was, and
    whether it was right. Each picture of a style that is linked counts once a round."""
    random = np.random.default_rng(0)
    alone, both, best = [], [], []
    for _ in range(rounds):
        taken = random.random(len(styles)) < 0.5
        linked = np.flatnonzero(taken)
        known = {styles[at] for at in linked}
        for one in (int(at) for at in np.flatnonzero(~taken) if styles[at] in known):
            alike = list(witnesses(one, linked, styles, cosines))
            alone.append(place(alike, styles[one]))
            both.append(place([*alike, *beside(one, linked, styles)], styles[one]))
            best.append((alike[0].cosine, alike[0].style == styles[one]))
    return alone, both, best


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=10)
    args = parser.parse_args()
    files = sorted(args.folder.iterdir())
    styles, cosines = [path.name.partition("-")[0] for path in files], (lambda v: v @ v.T)(vectors(files))
    alone, both, best = placed(styles, cosines, args.rounds)
    for name, places in (("likeness alone", alone), ("likeness and neighbours", both)):
        shares = [sum(at < most for at in places) / len(places) for most in (1, 3)]
        sys.stdout.write(f"{name}: {len(places)} pictures, right first {shares[0]:.3f}, among three {shares[1]:.3f}\n")
    for low, high in pairwise(BINS):
        right = [hit for cosine, hit in best if low <= cosine < high]
        share = f"{np.mean(right):.2f}" if right else "-"
        sys.stdout.write(f"most similar linked picture {low:.2f} to {min(high, 1):.2f}: {len(right)}, right {share}\n")


if __name__ == "__main__":
    main()
