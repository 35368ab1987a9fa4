"""Every preset still shows what a person has looked at."""

from functools import cache
from pathlib import Path

import pytest
import pyvips

from services.render.image.loaders import load
from services.render.presets import load_presets
from tests.golden.golden import PICTURES, SHOWN, shown, similarity

ALIKE = 0.98
GOLDEN = sorted(path.relative_to(PICTURES) for path in PICTURES.glob("*/*.png"))


@cache
def renditions(source: str) -> dict[str, pyvips.Image]:
    return dict(shown(source))


def test_every_preset_has_a_picture() -> None:
    of_documents = {preset.name: f"{preset.name}-1" for preset in load_presets().all if preset.pages}
    wanted = {of_documents.get(preset.name, preset.name) for preset in load_presets().all}
    assert wanted <= {path.stem for path in GOLDEN}


@pytest.mark.parametrize("source", ["photograph", *SHOWN])
def test_every_rendition_has_its_picture(source: str) -> None:
    assert sorted(renditions(source)) == sorted(path.stem for path in GOLDEN if path.parts[0] == source)


@pytest.mark.parametrize("path", GOLDEN, ids=str)
def test_it_shows_what_it_showed(path: Path) -> None:
    golden, made = load(PICTURES / path, "png", sequential=False), renditions(path.parts[0])[path.stem]
    assert (made.width, made.height, made.bands) == (golden.width, golden.height, golden.bands)
    assert similarity(made, golden) >= ALIKE


def test_another_crop_or_colour_would_be_seen() -> None:
    square = renditions("photograph")["square"]
    assert similarity(square, square.wrap(x=6, y=0)) < ALIKE
    assert similarity(square, square.bandjoin(square.extract_band(0)).extract_band(1, n=3)) < ALIKE
