"""A real shop's colours against its pictures: who says what is there raises no doubt, who says another mostly does."""

import csv
from pathlib import Path

import pytest

from runtime import pixels
from services.catalog.colour_said import ANOTHER, apart
from services.tagger import work

pytestmark = [pytest.mark.media, pytest.mark.usefixtures("warm")]
COLOURS = ("Black", "Blue", "Brown", "Gray", "Green", "Orange", "Purple", "Red", "White", "Yellow")
FALSE_ALARMS, CAUGHT = 0.1, 0.4


def test_luma(media: Path) -> None:
    with (media / "luma" / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["file"]: row["sku"].rpartition("-")[2] for row in csv.DictReader(file)}
    right: list[float] = []
    wrong: list[float] = []
    for path in sorted((media / "luma" / "images").glob("*.jpg"))[::6]:
        picture = pixels.thumbnail(path, work.DECODED)
        tags = work.tag(picture, picture.width, picture.height)
        for colour in COLOURS:
            if (found := apart(colour, tags, {})) is not None:
                (right if truth[path.name] == colour else wrong).append(found)
    assert len(right) >= 10
    assert sum(one > ANOTHER for one in right) / len(right) <= FALSE_ALARMS
    assert sum(one > ANOTHER for one in wrong) / len(wrong) >= CAUGHT
