"""What stands out on grounds that are not plain, and crops that keep it."""

from collections.abc import Callable
from typing import Any

import pytest
import pyvips

from services.render.facts import Focal
from services.render.image.attention import Attention
from services.render.image.geometry import Box
from services.render.image.steps.ground import ground_of
from services.render.image.steps.saliency import attention, outside, salient
from services.render.recipe import Recipe


def on_a_carpet(left: int, top: int, width: int, height: int, size: tuple[int, int] = (320, 200)) -> pyvips.Image:
    """A dark red thing on coarse tiles of two tones, with a small bright spot in a corner."""
    place = pyvips.Image.xyz(*size)
    tiles = ((place[0] % 60 > 30) ^ (place[1] % 60 > 30)).ifthenelse([150, 140, 120], [95, 100, 105])
    image = tiles.cast("uchar").copy(interpretation="srgb").copy_memory()
    image = image.draw_rect([120, 20, 30], left, top, width, height, fill=True)
    return image.draw_rect([250, 250, 240], 2, 2, 8, 8, fill=True)


@pytest.mark.parametrize("left", [20, 100, 220])
def test_a_thing_on_a_carpet_is_where_it_is(left: int) -> None:
    image = on_a_carpet(left, 60, 80, 90)
    assert ground_of(image) is None, "not a plain ground, or this tests nothing"
    found = salient(image)
    x, y = attention(found).centre((0.3, 0.5))
    assert (x * 320, y * 200) == pytest.approx((max(48, left + 40), 105), abs=8)
    assert outside(found, Box(left / 320, 0.3, 0.25, 0.45)) < 0.1
    assert outside(found, Box(0, 0, left / 320, 1)) > 0.9


def test_a_thing_that_leaves_the_picture_stands_out_still() -> None:
    _, y = attention(salient(on_a_carpet(120, 60, 80, 140))).centre((0.5, 0.7))
    assert y == pytest.approx(0.65, abs=0.06)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 2), (64, 64)])
def test_nothing_stands_out_of_an_even_picture(size: tuple[int, int]) -> None:
    even = pyvips.Image.black(*size).new_from_image([90, 120, 60]).cast("uchar").copy(interpretation="srgb")
    found = salient(even)
    assert attention(found).centre((0.5, 0.8)) == (0.5, 0.5) and outside(found, Box(0, 0, 0.5, 0.5)) == 0


@pytest.mark.parametrize(("left", "width", "told"), [(200, 90, False), (20, 280, True)])
def test_what_no_crop_can_hold_is_told(
    left: int, width: int, told: bool, recipe: Recipe, values: Callable[..., list[dict[str, Any]]]
) -> None:
    square = recipe.model_copy(update={"mode": "fill", "gravity": "product", "width": 100, "height": 100})
    data = bytes(on_a_carpet(left, 60, width, 80).pngsave_buffer())
    _, made = values(data, [square])
    assert bool(made.get("notes")) == told
    _, made = values(data, [square.model_copy(update={"focal": Focal(x=0.1, y=0.5)})])
    assert "notes" not in made, "a person has chosen it"


def test_of_windows_that_hold_as_much_the_middle_one_is_taken() -> None:
    seen = Attention(columns=[0, 0, 0, 0, 0, 0, 5, 0, 0, 0], rows=[1])
    assert seen.centre((0.3, 1.0)) == pytest.approx((0.65, 0.5), abs=0.03)
    assert seen.centre((1.0, 1.0)) == (0.5, 0.5)
    two = Attention(columns=[5, 0, 0, 0, 0, 0, 0, 0, 0, 6], rows=[1])
    assert two.centre((0.2, 1.0))[0] > 0.8, "what cannot all be held: the greater part"
