"""Every preset still shows what a person has looked at."""

import pytest
import pyvips

from services.render.image.loaders import load
from tests.golden.golden import PICTURES, shown, similarity

ALIKE = 0.98


@pytest.fixture(scope="module")
def renditions() -> dict[str, pyvips.Image]:
    return dict(shown())


def test_every_preset_has_its_picture(renditions: dict[str, pyvips.Image]) -> None:
    assert sorted(renditions) == sorted(path.stem for path in PICTURES.glob("*.png"))


@pytest.mark.parametrize("preset", sorted(path.stem for path in PICTURES.glob("*.png")))
def test_it_shows_what_it_showed(preset: str, renditions: dict[str, pyvips.Image]) -> None:
    golden, made = load(PICTURES / f"{preset}.png", "png", sequential=False), renditions[preset]
    assert (made.width, made.height) == (golden.width, golden.height)
    assert similarity(made, golden) >= ALIKE


def test_another_crop_or_colour_would_be_seen(renditions: dict[str, pyvips.Image]) -> None:
    square = renditions["square"]
    assert similarity(square, square.wrap(x=6, y=0)) < ALIKE
    assert similarity(square, square.bandjoin(square.extract_band(0)).extract_band(1, n=3)) < ALIKE
