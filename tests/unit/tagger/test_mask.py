"""The product is cut out where the ground does not give it away."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from services.tagger import background, mask
from services.tagger.look import Look


def on_pattern() -> NDArray[np.uint8]:
    """A red thing on a lively floor, [96, 96, 3]."""
    pixels = np.random.default_rng(4).integers(40, 200, (96, 96, 3), np.uint8)
    pixels[24:72, 30:66] = (180, 25, 35)
    return pixels


def test_only_what_the_border_does_not_tell_is_worth_it() -> None:
    white = np.full((96, 96, 3), 255, np.uint8)
    white[24:72, 30:66] = (180, 25, 35)
    assert not mask.pays(background.find(white))
    assert mask.pays(background.find(on_pattern()))


def test_place_and_colour_are_the_products_own() -> None:
    seen = np.zeros((320, 320), np.float32)
    seen[80:240, 100:220] = 1
    product = mask.cut(seen, 96, 96)
    assert product is not None
    found = mask.facts(on_pattern(), product)
    assert found["colours"][0]["name"] == "red" and found["colours"][0]["share"] > 0.9
    assert found["composition"]["kind"] == "lifestyle" and found["composition"]["background"] == "scene"
    assert found["composition"]["box"] == pytest.approx([0.3125, 0.25, 0.375, 0.5], abs=0.02)


def test_a_quiet_ground_behind_it_is_a_packshots() -> None:
    pixels = np.full((96, 96, 3), (150, 150, 160), np.uint8)
    pixels[24:72, 30:66] = (180, 25, 35)
    product = np.zeros((96, 96), bool)
    product[24:72, 30:66] = True
    assert mask.facts(pixels, product)["composition"]["kind"] == "packshot"


def test_a_neck_above_a_close_up_is_not_the_product() -> None:
    blue = np.full((96, 96, 3), (110, 130, 200), np.uint8)
    neck = np.zeros((96, 96), bool)
    neck[:24, 30:70] = True  # at the top edge; the middle is free
    assert mask.beside(blue, neck)
    neck[:60, 30:70] = True
    assert not mask.beside(blue, neck)
    blue[neck] = (200, 150, 120)  # now it is skin, and runs out at the top
    assert mask.beside(blue, neck)
    neck[:4] = False  # a tan thing that stands free may be the product
    assert not mask.beside(blue, neck)


@pytest.mark.media
@pytest.mark.timeout(300)
def test_no_right_colour_of_luma_is_replaced(models: Path, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it pays at all: three close-ups of 326, whose cloth reaches every edge."""
    monkeypatch.setenv("PACKSHOT_MODELS", str(models))
    mask.loaded.cache_clear()
    paid, told = 0, []
    for path in sorted((media / "luma" / "images").glob("*.jpg")):
        look = Look(path)
        small = look.flat(mask.DECODED).thumbnail_image(mask.SMALL, height=mask.SMALL, size="down").numpy()
        if mask.pays(background.find(small)):
            paid += 1
            told += [(path.name, found)] if (found := mask.find(look)) else []
    assert paid >= 3 and told == []


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_nothing_is_told_where_the_network_is_not_sure(value: float) -> None:
    assert mask.cut(np.full((320, 320), value, np.float32), 96, 96) is None


def test_the_network_finds_a_thing_on_a_floor(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_MODELS", str(models))
    mask.loaded.cache_clear()
    floor = pyvips.Image.gaussnoise(20, 20, sigma=50, mean=120, seed=3).resize(32)
    x, y = pyvips.Image.xyz(640, 640).bandsplit()
    ball = (x - 330) ** 2 + (y - 300) ** 2 < 150**2
    picture = ball.ifthenelse([200, 30, 40], floor.bandjoin([floor * 0.9, floor * 0.7]))
    picture.cast("uchar").copy(interpretation="srgb").jpegsave(str(tmp_path / "a.jpg"), Q=90)
    found = mask.find(Look(tmp_path / "a.jpg"))
    assert found["colours"][0]["name"] == "red"
    assert found["composition"]["box"] == pytest.approx([0.28, 0.235, 0.47, 0.47], abs=0.06)


def test_pages_have_no_product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mask, "loaded", lambda: pytest.fail("the network is asked"))
    path = tmp_path / "a.png"
    pyvips.Image.new_from_array(on_pattern()).pngsave(str(path))
    assert mask.find(Look(path, "Assembly instructions")) == {}


def test_without_its_file_it_says_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_MODELS", str(tmp_path))
    mask.loaded.cache_clear()
    path = tmp_path / "a.png"
    pyvips.Image.new_from_array(on_pattern()).pngsave(str(path))
    with pytest.raises(ValueError, match="packshot setup"):
        mask.find(Look(path))
