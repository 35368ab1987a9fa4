"""How well tags that nobody taught are known: half of a shop's styles teach, the other half is tagged.

    PACKSHOT_MEDIA=… python -m bench.taught [SPLITS]

Reads `luma/`: products.csv by the PIM's own reader; truth.csv says which picture shows which SKU, and is all that is
known of a file: names are seen by nobody. Prints a line a split, and the means.
"""

import base64
import csv
import os
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

import numpy as np

from schemas.product import Product
from services.pim.csv_source import read_products
from services.tagger import work
from services.tagger.taught.head import features_of
from services.tagger.taught.linked import EYES, PALETTE, Attribute, Linked, agreed, learn_linked, palette_of
from services.tagger.taught.packed import pack, unpack
from services.tagger.taught.regression import Floats
from services.tagger.taught.views import OTHERS, VIEW, composed, view_of

ABOUT = ("category", "color")


def pictures(media: Path) -> list[Linked]:
    """Every picture of the set, with what its products agree on and the style that it shows."""
    listed = read_products("products.csv", (media / "products.csv").read_bytes()).products
    now = datetime.now(UTC)
    products = {one.sku: Product(**{**asdict(one), "revision": 1, "written": now}) for one in listed}
    shown: dict[str, list[str]] = defaultdict(list)
    for row in csv.DictReader((media / "truth.csv").open(encoding="utf-8")):
        shown[row["file"]].append(row["sku"])
    found = []
    for file, skus in sorted(shown.items()):
        known = [products[sku] for sku in skus if sku in products]
        role = file.rpartition("_")[2].removesuffix(".jpg")
        view = view_of(role) or "additional"  # as the linker reads `alt1`
        values = agreed(known) | {VIEW: view}
        if known and (media / "images" / file).is_file():
            found.append(Linked(looked_at(media / "images" / file), values, known[0].parent or known[0].sku))
    return found


def looked_at(file: Path) -> dict[str, Floats]:
    """What the tagger would have stored of it."""
    tags = next(work.work({"input": file.name}, file.parent))
    vector = np.frombuffer(base64.b64decode(tags["embeddings"][EYES]), "<f2").astype(np.float32)
    return {EYES: vector, PALETTE: palette_of(tags["colours"])}


@dataclass(frozen=True)
class Shares:
    """Of the pictures that have a value: whose likeliest is the true one, of whom something is said, and rightly."""

    likeliest: float
    said: float
    rightly: float


def shares(attribute: Attribute | None, about: str, others: Sequence[Linked]) -> Shares:
    """Of the pictures of the other half."""
    told = [one for one in others if one.values.get(about)]
    if attribute is None or not told:
        return Shares(0, 0, 0)
    head = unpack(*pack(attribute.learnt, attribute.needs, about))
    features = np.stack([features_of(one.embeddings, attribute.needs) for one in told])
    best = head.weights.logits((features - head.centre) / head.scale).argmax(1)
    truth = [one.values[about] for one in told]
    said = [next((word.label for word in head.say(one.embeddings)), None) for one in told]
    return Shares(
        float(mean(head.card.tags[number] == value for number, value in zip(best, truth, strict=True))),
        float(mean(word is not None for word in said)),
        float(mean(word == value for word, value in zip(said, truth, strict=True))),
    )


@dataclass(frozen=True)
class Views:
    """Counts. shown: pictures of which the shop names a view; said: views that were said of any; right: rightly."""

    shown: int
    said: int
    right: int


def views(attribute: Attribute | None, others: Sequence[Linked]) -> Views:
    """Of the pictures of the other half."""
    shown = [one.values[VIEW] for one in others if one.values[VIEW] not in OTHERS]
    if attribute is None:
        return Views(len(shown), 0, 0)
    head = unpack(*pack(attribute.learnt, attribute.needs, VIEW))
    told = [(composed({}, [head], one.embeddings).get(VIEW), one.values[VIEW]) for one in others]
    said = [(view, truth) for view, truth in told if view]
    return Views(len(shown), len(said), sum(view == truth for view, truth in said))


def halves(found: Sequence[Linked], seed: int) -> tuple[Mapping[str, Shares], Views]:
    """Half of the styles teach, the other half is tagged."""
    styles = sorted({one.group for one in found})
    np.random.default_rng(seed).shuffle(styles)
    teaching = set(styles[: len(styles) // 2])
    known = {VIEW, *ABOUT}
    asked = [replace(one, values={a: v for a, v in one.values.items() if a in known}) for one in found]
    heads = learn_linked([one for one in asked if one.group in teaching], "any")
    others = [one for one in found if one.group not in teaching]
    return {about: shares(heads.get(about), about, others) for about in ABOUT}, views(heads.get(VIEW), others)


def average(results: Sequence[Mapping[str, Shares]], about: str) -> Shares:
    """Over all splits."""
    of = [one[about] for one in results]
    return Shares(mean(one.likeliest for one in of), mean(one.said for one in of), mean(one.rightly for one in of))


def main(splits: int) -> None:
    work.warm()
    found = pictures(Path(os.environ["PACKSHOT_MEDIA"]) / "luma")
    print(f"{len(found)} pictures of {len({one.group for one in found})} styles")
    results = [halves(found, seed) for seed in range(splits)]
    told = [of for of, _ in results]
    for name, of in [*enumerate(told), ("mean", {about: average(told, about) for about in ABOUT})]:
        lines = (
            f"{about} {one.likeliest:.3f} (said {one.said:.3f}, rightly {one.rightly:.3f})" for about, one in of.items()
        )
        print(f"{name!s:5}", *lines)
    for name, seen in enumerate(of for _, of in results):
        print(f"{name!s:5}", "views:", seen)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
