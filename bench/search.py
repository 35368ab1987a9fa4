"""Whether people find what they ask for: a hundred searches with their answers, on a clothing shop's pictures.

    packshot up && python -m bench.search FOLDER --drop      # once; then without --drop, after each change
    python -m bench.search FOLDER [--missed] [--held-back]

FOLDER has `images/` and `products.csv` as Luma's; the products get GTINs (`with_gtins`), which that list lacks.
`search_queries.csv` has what is asked, and which files are right, as patterns of their names. SKUs, codes and names of
files must be right at the first place, words among the first five; beside it stands the share of the first five that is
right. `search_held_back.csv` was written when words.csv stood, and asked once.
"""

import argparse
import csv
import fnmatch
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from bench.overhead import drop
from cli import home as homes
from cli.api import ask

QUERIES = Path(__file__).with_name("search_queries.csv")
HELD_BACK = Path(__file__).with_name("search_held_back.csv")
IDS = ("sku", "sku part", "style", "gtin", "file name")
"""Kinds that name one thing: the first answer must be it."""
FIRST = 5


class Query(NamedTuple):
    """kind: as in the file; right: patterns of file names."""

    kind: str
    asked: str
    right: tuple[str, ...]

    def fits(self, name: str) -> bool:
        """Whether a file of that name is right."""
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.right)


class Score(NamedTuple):
    """first: the first is right; among: one of the first five is; share: how much of the first five is right."""

    first: bool
    among: bool
    share: float


def queries(path: Path = QUERIES) -> list[Query]:
    """All of a file."""
    with path.open(newline="") as file:
        return [Query(row["kind"], row["asked"], tuple(row["right"].split())) for row in csv.DictReader(file)]


def score(query: Query, found: list[str], library: Iterable[str]) -> Score:
    """found: names of files, the best first; library: all there are."""
    most = min(FIRST, sum(query.fits(name) for name in library))
    hits = [query.fits(name) for name in found[:FIRST]]
    return Score(any(hits[:1]), any(hits), sum(hits[:most]) / most)


def gtin(number: int) -> str:
    """A GTIN-13 of our own numbering."""
    digits = f"40067005{number:04}"
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


def with_gtins(products: Path, into: Path) -> Path:
    """The same list with a column `gtin`: the n-th row has the n-th."""
    with products.open(newline="") as file, into.open("w", newline="") as out:
        rows = csv.DictReader(file)
        written = csv.DictWriter(out, [*(rows.fieldnames or []), "gtin"])
        written.writeheader()
        written.writerows({**row, "gtin": gtin(number)} for number, row in enumerate(rows, 1))
    return into


def main() -> int:
    """Print the shares by kind; 0 where the promise holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--drop", action="store_true", help="put products and pictures into the running copy first")
    parser.add_argument("--missed", action="store_true", help="print what was not found, and what was instead")
    parser.add_argument("--held-back", action="store_true", help="the queries that nothing was tuned on")
    args = parser.parse_args()
    if args.drop:
        filled(args.folder)
    library = [path.name for path in (args.folder / "images").iterdir()]
    scores: dict[str, list[Score]] = defaultdict(list)
    for query in queries(HELD_BACK if args.held_back else QUERIES):
        found = answered(query.asked)
        told = score(query, found, library)
        scores[query.kind].append(told)
        if args.missed and not (told.first if query.kind in IDS else told.share == 1):
            print(f"{query.kind}: {query.asked!r} gives {', '.join(found[:FIRST]) or 'nothing'}")
    return 0 if told_all(scores) else 1


def told_all(scores: dict[str, list[Score]]) -> bool:
    """Print a line a kind; whether ids are right at 1 and words among the first five, 9 times of 10."""
    for kind, many in scores.items():
        first, among, share = (sum(column) / len(many) for column in zip(*many, strict=True))
        print(f"{kind:10} {len(many):3} asked: first {first:.2f}, among five {among:.2f}, share of five {share:.2f}")
    ids = [one for kind, many in scores.items() if kind in IDS for one in many]
    words = [one for kind, many in scores.items() if kind not in IDS for one in many]
    first, among = sum(one.first for one in ids) / max(1, len(ids)), sum(one.among for one in words) / len(words)
    share = sum(one.share for one in words) / len(words)
    print(
        f"ids right at 1: {first:.3f} of {len(ids)}; words among five: {among:.3f} of {len(words)}, share {share:.3f}"
    )
    return (first == 1 or not ids) and among >= 0.9


def filled(folder: Path) -> None:
    """Puts both into the running copy; returns when all links are settled."""
    with tempfile.TemporaryDirectory() as scratch:
        products = with_gtins(folder / "products.csv", Path(scratch, "products.csv"))
        drop(folder / "images", "--products", str(products))


def answered(text: str) -> list[str]:
    """Names of the files that the API finds, the best first."""
    items = ask(homes.current(), "GET", f"v1/assets?limit={FIRST}&q={quote(text)}")["items"]
    return [item["name"] for item in items]


if __name__ == "__main__":
    sys.exit(main())
