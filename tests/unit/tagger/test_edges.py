"""What a plain ground leaves over is the product only where it lies as a product does."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from runtime.pixels import lock_down
from services.tagger import background, composition, mask
from services.tagger.look import Look

RED, BLACK, WALL = (180, 25, 35), (25, 25, 30), (190, 170, 140)


def on(ground: tuple[int, int, int], rows: slice, columns: slice) -> NDArray[np.uint8]:
    pixels = np.full((96, 96, 3), ground, np.uint8)
    pixels[rows, columns] = RED
    return pixels


def test_joints_of_a_floor_are_no_product() -> None:
    floor = on(WALL, slice(30, 70), slice(30, 70))
    floor[::24, :] = floor[:, ::24] = BLACK
    found = background.find(floor)
    assert (found.kind, found.apart) == ("plain", False)
    told = composition.judge(found, floor)
    assert (told.box, told.cut_off, told.view) == (None, (), None) and mask.pays(found)


def test_legs_that_run_out_below_are_the_product() -> None:
    legs = on(WALL, slice(10, 70), slice(30, 66))
    legs[70:, 32:42] = legs[70:, 54:64] = RED
    assert composition.judge(background.find(legs), legs).cut_off == ("bottom",)


def test_a_wall_beside_a_white_door_is_no_product_but_cloth_from_near_is() -> None:
    wall = on(WALL, slice(12, 84), slice(30, 84))
    cloth = on(RED, slice(0, 96), slice(0, 96))
    wall[:, :14] = cloth[:, :14] = 255
    assert not background.find(wall).apart
    near = background.find(cloth)
    assert near.apart and composition.judge(near, cloth).cut_off == ("top", "right", "bottom")


@pytest.mark.media
def test_whole_clothes_at_home_are_not_cut_off(media: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On carpets, tiles, folded sheets and doors; the border alone called each cut off on three sides or all."""
    monkeypatch.setenv("PACKSHOT_MODELS", str(models))
    mask.loaded.cache_clear()
    lock_down()
    chosen = ("hat/de697750", "dress/7a80fe51", "skirt/bb361f03", "pants/8f5774e2", "outwear/3108045a")
    for name in chosen:
        (path,) = (media / "clothing").glob(f"{name}*")
        placed = mask.find(Look(path))["composition"]
        assert placed["cut_off"] == [] and "view" not in placed, name
        assert placed["share"] < 0.7, name


@pytest.mark.media
def test_close_ups_before_white_stay_details(media: Path) -> None:
    for name in ("mh01-gray", "mj04-black", "mt04-blue"):
        small = Look(media / "luma" / "images" / f"{name}_alt1.jpg").flat(96).numpy()
        assert composition.judge(background.find(small), small).view == "detail", name
