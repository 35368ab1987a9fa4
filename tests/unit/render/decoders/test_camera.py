"""Camera RAW: the camera's JPEG where it is large enough, else the sensor; upright either way."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import pyvips

from runtime.refusal import Refused
from services.render.recipe import Recipe
from tests.fakes.files import dng

Render = Callable[[bytes, Recipe], pyvips.Image]
Values = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def seen() -> Any:
    """160 x 240 of linear light: green to the left and below, a red box near the upper left corner."""
    linear = np.zeros((160, 240, 3))
    linear[..., 1] = np.linspace(0.8, 0.1, 240)
    linear[20:60, 30:90] = (0.6, 0.02, 0.02)
    return linear


def jpeg(level: int, width: int, height: int) -> bytes:
    image = (pyvips.Image.black(width, height, bands=3) + level).cast("uchar").copy(interpretation="srgb")
    return bytes(image.jpegsave_buffer(keep="none"))


def test_the_sensor_is_developed(seen: Any, recipe: Recipe, render: Render) -> None:
    made = render(dng(seen), recipe)
    assert (made.width, made.height) == (120, 80)
    red = made.getpoint(30, 20)
    assert red[0] > 170 and max(red[1:]) < 80
    left, right = made.getpoint(4, 60), made.getpoint(115, 60)
    assert left[1] > right[1] + 60


def test_a_preview_that_is_large_enough_is_taken(seen: Any, recipe: Recipe, render: Render) -> None:
    made = render(dng(seen, preview=jpeg(77, 150, 100), preview_size=(150, 100)), recipe)
    assert made.getpoint(30, 20) == pytest.approx([77, 77, 77], abs=3)


def test_a_small_preview_is_not(seen: Any, recipe: Recipe, render: Render) -> None:
    made = render(dng(seen, preview=jpeg(77, 60, 40), preview_size=(60, 40)), recipe)
    assert made.getpoint(30, 20)[0] > 170


@pytest.mark.parametrize("preview", [b"", jpeg(77, 150, 100)])
def test_turned_as_the_camera_was(seen: Any, recipe: Recipe, render: Render, preview: bytes) -> None:
    made = render(dng(seen, preview=preview, preview_size=(150, 100) if preview else (0, 0), turned=6), recipe)
    assert (made.width, made.height) == (80, 120)
    if not preview:
        assert made.getpoint(60, 30)[0] > 170  # the upper left corner has gone to the upper right


def test_cut_off(seen: Any, values: Values) -> None:
    whole = dng(seen, preview=jpeg(77, 60, 40), preview_size=(60, 40))
    for data in (whole[: len(whole) // 2], b"FUJIFILMCCD-RAW 0201" + bytes(900), b"II*\0\x10\0\0\0CR\2\0" + bytes(900)):
        with pytest.raises(Refused):
            values(data)
