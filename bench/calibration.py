"""How far a confidence can be believed: of what was said with 0.8, are 8 in 10 right? Each tag, of held-back pictures.

    PACKSHOT_MEDIA=… python -m bench.calibration FOLDER [--svg docs/calibration.svg]

Taught tags: `clothing/`, each picture judged by what was learnt without its fifth. Default labels: Luma, `clothing/`
and the 54 photographs in FOLDER (`package/assets/images` of the npm package that `cli/sample/manifest.py` names), as
`bench/belief.py` judges them, likewise; no single word is said often enough for a plot of its own.
"""

import argparse
import base64
import os
from pathlib import Path

import numpy as np

from bench import belief
from bench.plots import Plot, plot_of, svg
from cli.teach import MODELS
from services.tagger import work
from services.tagger.taught.head import features_of
from services.tagger.taught.learn import learn
from services.tagger.taught.regression import Floats


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
    """All words together, each picture judged by what was fitted without its fifth; and of these, the 54 alone."""
    said = belief.said_of(Path(os.environ["PACKSHOT_MEDIA"]), folder)
    sure = belief.held_back(said)
    shop = [number for number, one in enumerate(said) if one.source == belief.SHOP]
    return [
        plot_of("default labels", sure.tolist(), [one.right for one in said]),
        plot_of("… 54 products", sure[shop].tolist(), [said[number].right for number in shop]),
    ]


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
        print(f"{plot.name:16} {plot.off:.3f} off  {told}")
    if asked.svg:
        asked.svg.write_text(svg(plots), encoding="utf-8")


if __name__ == "__main__":
    main()
