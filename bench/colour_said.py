"""How far the colour that a real shop says of a product is from what its picture shows, and how far all others are.

PACKSHOT_MEDIA=… python -m bench.colour_said
"""

import csv
import os
import statistics
from pathlib import Path

from runtime import eye, pixels
from services.catalog.colour_said import ANOTHER, apart
from services.tagger import work

COLOURS = ("Black", "Blue", "Brown", "Gray", "Green", "Orange", "Purple", "Red", "White", "Yellow")


def distances(luma: Path, one_in: int) -> tuple[list[float], list[float]]:
    """Of one in so many pictures: to the colour of its product, and to each other one."""
    with (luma / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["file"]: row["sku"].rpartition("-")[2] for row in csv.DictReader(file)}
    right: list[float] = []
    wrong: list[float] = []
    for path in sorted((luma / "images").glob("*.jpg"))[::one_in]:
        picture = pixels.thumbnail(path, eye.DECODED)
        tags = work.tag(picture, picture.width, picture.height)
        for colour in COLOURS:
            if (found := apart(colour, tags, {})) is not None:
                (right if truth[path.name] == colour else wrong).append(found)
    return right, wrong


def main() -> None:
    """Print the figures."""
    work.warm()
    right, wrong = distances(Path(os.environ["PACKSHOT_MEDIA"]) / "luma", 2)
    print(f"{len(right)} pictures: p50 {statistics.median(right):.3f}, p95 {statistics.quantiles(right, n=20)[-1]:.3f}")
    print(f"over {ANOTHER}: {sum(one > ANOTHER for one in right)} of the colours that are said,", end=" ")
    print(f"{sum(one > ANOTHER for one in wrong) / len(wrong):.0%} of all others")


if __name__ == "__main__":
    main()
