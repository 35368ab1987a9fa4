"""What a marketplace asks of a picture on white, measured on the file that it gets."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from services.render.facts import Facts
from services.render.presets import load_presets
from services.render.recipe import resolve
from tests.unit.render.conftest import everything

MARKETPLACE = resolve(load_presets().named("marketplace"), Facts())

FULL = 0.98 / 1.06
"""Trimmed with 3 % of air on each side, then a margin of 1 %."""


def packshot(ground: int, box: tuple[int, int, int, int] = (600, 500, 1800, 1900)) -> bytes:
    image = Image.new("RGB", (2400, 2400), (ground, ground, ground))
    ImageDraw.Draw(image).rectangle(box, fill=(120, 30, 40))
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def measured(folder: Path, data: bytes) -> dict[str, Any]:
    return everything(folder, data, [MARKETPLACE])[-1]


@pytest.mark.parametrize("ground", [255, 249])
def test_a_packshot_fills_its_sheet_and_stands_on_white(ground: int, tmp_path: Path) -> None:
    made = measured(tmp_path, packshot(ground))
    assert made["pure_white"] is True
    assert made["filled"] == pytest.approx([FULL * 1200 / 1400, FULL], abs=0.02)


def test_a_small_product_gets_a_small_sheet_and_fills_it_as_well(tmp_path: Path) -> None:
    made = measured(tmp_path, packshot(255, (900, 900, 1500, 1400)))
    assert made["filled"][0] >= 0.85  # what Amazon asks for; the box of a small product is not exact to the pixel
    assert made["width"] == made["height"] < 800


def test_grey_is_not_white(tmp_path: Path) -> None:
    assert measured(tmp_path, packshot(200))["pure_white"] is False


def test_a_product_that_leaves_the_picture_leaves_the_white(tmp_path: Path) -> None:
    made = measured(tmp_path, packshot(255, (600, 500, 1800, 2400)))
    assert made["pure_white"] is False


def test_other_files_are_not_measured(tmp_path: Path) -> None:
    web = resolve(load_presets().named("web"), Facts())
    assert "filled" not in everything(tmp_path, packshot(255), [web])[-1]
