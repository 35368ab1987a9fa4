"""How far a confidence can be believed: of what was said with 0.8, are 8 in 10 right? Each tag, of held-back pictures.

    PACKSHOT_MEDIA=… python -m bench.calibration FOLDER [--svg docs/calibration.svg]

Taught tags: `clothing/`, each picture judged by what was learnt without its fifth. Default labels: Luma, `clothing/`
and the 54 photographs in FOLDER (`package/assets/images` of the npm package that `cli/sample/manifest.py` names), as
`bench/belief.py` judges them, likewise: all together, by model, by set, and each word that is said often enough.
"""

import argparse
import base64
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench import belief
from bench.plots import Plot, plot_of, quantiles_of, svg
from cli.teach import MODELS
from services.tagger import work
from services.tagger.taught.head import features_of
from services.tagger.taught.learn import learn
from services.tagger.taught.regression import Floats

OFTEN = 20
"""Times that a default word is said, to have a plot of its own."""


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


def default(folder: Path) -> list[Plot]:
    """All together, each model, set and word that is said often enough; and what the networks gave before it."""
    said = belief.said_of(Path(os.environ["PACKSHOT_MEDIA"]), folder)
    return of_said(said, belief.held_back(said).tolist())


def of_said(said: Sequence[belief.Said], sure: Sequence[float]) -> list[Plot]:
    """By quantiles; sure: the confidence of each."""
    both = list(zip(said, sure, strict=True))
    groups = {"default labels": both}
    for one, held in both:
        for name in (one.model, f"on {one.source}", one.word):
            groups.setdefault(name, []).append((one, held))
    named = dict.fromkeys([*(one.model for one in said), *(f"on {one.source}" for one in said)])
    words = sorted({one.word for one in said}, key=lambda word: -len(groups[word]))
    names = ["default labels", *named, *(word for word in words if len(groups[word]) >= OFTEN)]
    before = quantiles_of("before: probability", [one.share for one in said], [one.right for one in said])
    plots = [quantiles_of(name, [held for _, held in groups[name]], [one.right for one, _ in groups[name]])
             for name in names]  # fmt: skip
    return [before, *plots]


def main() -> None:
    """Print a line a tag, and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--svg", type=Path)
    asked = parser.parse_args()
    work.warm()
    plots = [*taught(Path(os.environ["PACKSHOT_MEDIA"]) / "clothing"), *default(asked.folder)]
    for plot in plots:
        told = "  ".join(f"{sure:.2f}→{right:.2f} ({many})" for sure, right, many in plot.points)
        print(f"{plot.name:20} {plot.off:.3f} off of {plot.many}  {told}")
    if asked.svg:
        asked.svg.write_text(svg(plots), encoding="utf-8")


if __name__ == "__main__":
    main()
