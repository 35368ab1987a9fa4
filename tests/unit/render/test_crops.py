"""Crops of real product photographs against boxes that were labelled by eye (`boxes/README.md`).

A crop cuts the product where an edge of its box lies outside of the crop by more than 3 % of the picture's side: the
boxes are good to 2 %. What is padded shows all of it. Geometry only; `pytest -s` prints the shares.
"""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from services.render.image.geometry import Frame
from services.render.image.picture import Source
from services.render.image.pipeline import prepare
from services.render.presets import load_presets
from services.render.recipe import Facts, Recipe, plan, resolve

pytestmark = [
    pytest.mark.media,
    pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA is not set"),
]
TOLERANCE = 0.03
MOST_CUT = 0.02
RATIOS = {"1:1": (270, 270), "4:5": (272, 340), "3:4": (270, 360), "16:9": (480, 270), "9:16": (270, 480)}
Sides = tuple[float, float, float, float]


def recipes() -> list[Recipe]:
    """Every preset that fills its box, and the common ratios of shops and social networks, made small."""
    base = resolve(load_presets().named("square"), Facts())
    sizes = {**RATIOS, "1.91:1": (480, 251)}
    ratios = [base.model_copy(update={"preset": name, "width": w, "height": h}) for name, (w, h) in sizes.items()]
    return [*(recipe for recipe in plan(load_presets(), Facts()) if recipe.mode == "fill"), *ratios]


def labelled() -> list[tuple[Path, Sides]]:
    folder = Path(os.environ["PACKSHOT_MEDIA"], "luma", "images")
    with Path(__file__).with_name("boxes").joinpath("luma.csv").open() as rows:
        sides = ("left", "top", "right", "bottom")
        return [(folder / row["file"], tuple(float(row[side]) for side in sides)) for row in csv.DictReader(rows)]  # type: ignore[misc]


def cut(source: Source, frame: Frame, product: Sides) -> bool:
    box, (left, top, right, bottom) = frame.box, product
    outside = (
        box.left / source.width - left,
        box.top / source.height - top,
        right - (box.left + box.width) / source.width,
        bottom - (box.top + box.height) / source.height,
    )
    return max(outside) > TOLERANCE


def padded(frame: Frame) -> bool:
    return frame.canvas != (frame.width, frame.height)


def counted(files: list[Path], of: Callable[[int, Source, Frame], bool]) -> dict[str, int]:
    """How many of the files are so, by preset or ratio."""
    wanted = recipes()
    counts = dict.fromkeys((recipe.preset for recipe in wanted), 0)
    for at, path in enumerate(files):
        source = prepare(path, wanted)
        for recipe, frame in zip(source.recipes, source.frames, strict=True):
            counts[recipe.preset] += of(at, source, frame)
    return counts


def test_crops_keep_the_product() -> None:
    boxes = labelled()
    counts = counted([path for path, _ in boxes], lambda at, source, frame: cut(source, frame, boxes[at][1]))
    print(f"\ncut, of {len(boxes)}: {counts}")
    assert len(boxes) == 100
    assert max(counts.values()) <= MOST_CUT * len(boxes), counts


def test_scenes_are_cropped_and_not_padded() -> None:
    files = sorted(Path(os.environ["PACKSHOT_MEDIA"], "clothing").glob("*/*.jpg"))[::4]
    counts = counted(files, lambda _at, _source, frame: padded(frame))
    print(f"\npadded, of {len(files)}: {counts}")
    assert max(counts.values()) <= 0.05 * len(files), counts
