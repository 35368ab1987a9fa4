"""PSD and PSB: the merged picture in every mode, as Photoshop would show it."""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import pyvips
from PIL import Image

from runtime.refusal import Refused
from services.render.image.limits import MAX_PIXELS
from services.render.recipe import Recipe
from tests.fakes.files import CMYK, GREY, INDEXED, LAB, RGB, psd

Render = Callable[[bytes, Recipe], pyvips.Image]
Values = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def channels(scene: pyvips.Image) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The scene as Photoshop keeps it: channel by channel."""
    return np.ascontiguousarray(scene.numpy().transpose(2, 0, 1))


@pytest.mark.parametrize("large", [False, True], ids=["psd", "psb"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("depth", [8, 16])
def test_rgb(
    large: bool,
    packed: bool,
    depth: int,
    channels: Any,
    scene: pyvips.Image,
    recipe: Recipe,
    render: Render,
    unlike: Any,
) -> None:
    wide = channels if depth == 8 else channels.astype(np.uint16) * 257
    made = render(psd(wide, RGB, packed=packed, large=large), recipe)
    assert unlike(made, render(bytes(scene.pngsave_buffer()), recipe)) < 1


def test_grey(channels: Any, scene: pyvips.Image, recipe: Recipe, render: Render, unlike: Any) -> None:
    made = render(psd(channels[:1], GREY), recipe)
    assert unlike(made, render(bytes(scene[0].pngsave_buffer()), recipe)) < 1


def test_cmyk_is_stored_as_what_is_left_of_the_paper(recipe: Recipe, render: Render) -> None:
    full = np.full((4, 80, 120), 255, np.uint8)
    white = render(psd(full, CMYK), recipe)
    full[0] = 0  # all of the cyan
    cyan = render(psd(full, CMYK), recipe).getpoint(10, 10)
    assert min(white.getpoint(10, 10)) > 250
    assert cyan[0] < 90 and cyan[2] > 180


def test_lab_and_palette_and_bitmap(recipe: Recipe, render: Render) -> None:
    lab = np.stack([np.full((80, 120), value, np.uint8) for value in (138, 128 + 60, 128 + 40)])  # L 54, a 60, b 40
    red, green, blue = render(psd(lab, LAB), recipe).getpoint(10, 10)
    assert red > 190 and green < 90 and blue < 90
    palette = bytes([9] * 256 + [200] * 256 + [60] * 256)
    indexed = render(psd(np.full((1, 80, 120), 7, np.uint8), INDEXED, palette=palette), recipe)
    assert indexed.getpoint(10, 10) == pytest.approx([9, 200, 60], abs=3)


def test_transparency_is_told_by_the_layers(recipe: Recipe, values: Values) -> None:
    four = np.full((4, 80, 120), 128, np.uint8)
    assert values(psd(four, RGB, layers=-1), [recipe])[0]["image"]["bands"] == 4
    assert values(psd(four, RGB, layers=1), [recipe])[0]["image"]["bands"] == 3  # a saved selection
    assert values(psd(four, RGB, resources=[(1053, bytes(4))]), [recipe])[0]["image"]["bands"] == 4


def test_the_white_behind_transparent_parts_is_taken_off(recipe: Recipe, render: Render) -> None:
    colour, opaque = np.array([200.0, 40, 40]), 128 / 255
    on_white = (colour * opaque + 255 * (1 - opaque)).astype(np.uint8)
    four = np.stack([np.full((80, 120), value, np.uint8) for value in (*on_white, 128)])
    on_black = render(psd(four, RGB, layers=-1), recipe.model_copy(update={"background": "#000000"}))
    assert on_black.getpoint(10, 10) == pytest.approx(list(colour * opaque), abs=6)


def test_its_profile_is_used(channels: Any, recipe: Recipe, render: Render, unlike: Any) -> None:
    p3 = bytes(pyvips.Operation.call("profile_load", "p3"))
    assert unlike(render(psd(channels, RGB, resources=[(1039, p3)]), recipe), render(psd(channels, RGB), recipe)) > 2


def test_without_a_merged_picture(channels: Any, values: Values, scene: pyvips.Image) -> None:
    with pytest.raises(Refused, match="without a merged picture") as refused:
        values(psd(channels, RGB, layers=2, merged=False))
    assert "Maximize" in refused.value.cure
    assert len(values(psd(channels, RGB, merged=False))) > 1  # flat files have nothing else
    thumbnail = bytes(28) + bytes(scene.jpegsave_buffer())
    assert len(values(psd(channels, RGB, layers=2, merged=False, resources=[(1036, thumbnail)]))) > 1


def test_what_is_cut_off_or_claims_too_much_is_refused(channels: Any, values: Values) -> None:
    whole = psd(channels, RGB)
    for size in (20, 40, len(whole) // 2):
        with pytest.raises(Refused):
            values(whole[:size])
    side = int(MAX_PIXELS**0.5) + 1
    with pytest.raises(Refused, match="megapixels"):
        values(whole[:14] + struct.pack(">II", side, side) + whole[22:])
    with pytest.raises(Refused, match="multichannel"):
        values(psd(channels, 7))


def test_whose_it_is_stays(channels: Any, recipe: Recipe, render: Render) -> None:
    exif = Image.Exif()
    exif[0x8298], exif[0x0110] = "Studio Nord", "A camera"
    made = render(psd(channels, RGB, resources=[(1058, exif.tobytes())]), recipe)
    assert "Studio Nord" in made.get("exif-ifd0-Copyright")
    assert made.get_typeof("exif-ifd0-Model") == 0
    assert render(psd(channels, RGB, resources=[(1058, b"Exif\0\0II*\0\xff")]), recipe).width == 120
