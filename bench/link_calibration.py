"""How far a link's confidence can be believed: of what is said with 0.9, are 9 in 10 right?

    PACKSHOT_MEDIA=… python -m bench.link_calibration

Luma's pictures under names as they are and renamed in fifteen ways (those of `tests/unit/linker/test_luma.py`), and in
five that leave doubt: no colour, another picture's colour, the product's name with its colour, alone, or among other
words. What is said of one picture, family and look counts once, not once a size. Links stand from 0.85 on; what is less
waits for a person. Two more ways are told beside it: with a slip in it, a code of four letters is often another model's
code, and then no confidence tells.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from services.linker.evidence import read_evidence
from services.linker.match import Link, match
from tests.unit.linker.test_luma import WAYS, Shop, parts_of, slip

EDGES = (0.0, 0.55, 0.7, 0.8, 0.85, 0.9, 0.95, 0.96, 0.98, 1.01)
Way = Callable[[Shop, str], str]


def _named(shop: Shop, file: str) -> str:
    """What its product is called, in the words of the list without size and colour."""
    model = shop.by_sku[shop.by_sku[shop.first[file]].parent]
    return model.name.replace("/", " ")


def _another_colour(shop: Shop, file: str) -> str:
    model, colour, view = parts_of(file)
    others = sorted({parts_of(one)[1] for one in shop.files} - {colour})
    return f"{model}-{others[len(file) % len(others)]}_{view}.jpg"


DOUBTFUL: dict[str, Way] = {
    "no colour": lambda shop, file: f"{parts_of(file)[0]}_{parts_of(file)[2]}.jpg",
    "name": lambda shop, file: f"{_named(shop, file)}.jpg",
    "name and colour": lambda shop, file: f"{_named(shop, file)} {parts_of(file)[1]} {parts_of(file)[2]}.jpg",
    "name among words": lambda shop, file: f"new season {_named(shop, file)} on sale {parts_of(file)[2]}.jpg",
    "another colour": _another_colour,
}

WRONG: dict[str, Way] = {
    "slip in the code": lambda shop, file: f"{slip(parts_of(file)[0])}-{'_'.join(parts_of(file)[1:])}.jpg",
    "another digit": lambda shop, file: file[:3] + str((int(file[3]) + 1) % 10) + file[4:],
}
"""Names that say something else than what the picture shows."""


def said(shop: Shop, rename: Way) -> Iterator[tuple[float, bool]]:
    """Confidence of each family and look that is linked or suggested, and whether the picture shows it."""
    for file in shop.first:
        folder, _, name = rename(shop, file).rpartition("/")
        evidence = read_evidence(name, folder)
        found = match(evidence, shop.catalogue.candidates(evidence))
        own = shop.by_sku[shop.first[file]].parent
        once: dict[tuple[str, object], tuple[float, bool]] = {}
        for link in (*found.links, *found.suggestions):
            once[_family(shop, link), link.look] = link.confidence, _right(shop, link, file, own)
        yield from once.values()


def _family(shop: Shop, link: Link) -> str:
    return shop.by_sku[link.sku].parent or link.sku


def _right(shop: Shop, link: Link, file: str, own: str) -> bool:
    return link.sku == own if link.level == "model" else (link.sku, file) in shop.variants


def main() -> None:
    """Print a line a band of confidence."""
    shop = Shop(Path(os.environ["PACKSHOT_MEDIA"]) / "luma")
    count, right, sure = Counter[int](), Counter[int](), Counter[int]()
    for way, rename in (WAYS | DOUBTFUL | WRONG).items():
        found = list(said(shop, rename))
        print(f"{way:20} {len(found):4} said, {sum(true for _, true in found):4} right", flush=True)
        for confidence, true in found if way not in WRONG else ():
            band = next(at for at, edge in enumerate(EDGES) if confidence < edge)
            count[band] += 1
            right[band] += true
            sure[band] += round(confidence * 1000)
    for band in sorted(count):
        told = f"{sure[band] / count[band] / 1000:.3f} said, {right[band] / count[band]:.3f} right of {count[band]}"
        print(f"{EDGES[band - 1]:.2f} to {EDGES[band]:.2f}: {told}")


if __name__ == "__main__":
    main()
