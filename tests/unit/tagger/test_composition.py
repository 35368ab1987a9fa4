"""Where the product is, what is behind it, and whether it is cut off."""

import numpy as np
import pytest
from numpy.typing import NDArray

from services.tagger import background, composition
from services.tagger.composition import Composition
from services.tagger.models.detect import Found


def picture(ground: tuple[int, int, int], rows: slice, columns: slice) -> NDArray[np.uint8]:
    pixels = np.full((96, 96, 3), ground, np.uint8)
    pixels[rows, columns] = (170, 30, 40)
    return pixels


def seen(pixels: NDArray[np.uint8], alpha: NDArray[np.uint8] | None = None) -> Composition:
    return composition.judge(background.find(pixels, alpha), pixels)


@pytest.mark.parametrize(
    ("ground", "kind"),
    [((255, 255, 255), "pure white"), ((251, 251, 250), "near white"), ((200, 210, 220), "plain")],
)
def test_a_packshot_has_its_ground_and_its_box(ground: tuple[int, int, int], kind: str) -> None:
    found = seen(picture(ground, slice(24, 72), slice(12, 60)))
    assert (found.kind, found.background) == ("packshot", kind)
    assert found.box == pytest.approx((0.125, 0.25, 0.5, 0.5), abs=0.02)
    assert found.share == pytest.approx(0.25, abs=0.02)
    assert (found.touches, found.cut_off, found.view) == ((), (), None)


def test_an_encoders_noise_leaves_pure_white_pure() -> None:
    pixels = picture((255, 255, 255), slice(24, 72), slice(24, 72))
    noise = np.random.default_rng(1).integers(0, 2, pixels.shape, np.uint8)
    assert seen(pixels - noise * (pixels == 255)).background == "pure white"


def test_a_product_that_runs_out_of_the_picture_is_cut_off_there() -> None:
    found = seen(picture((255, 255, 255), slice(24, 96), slice(20, 76)))
    assert (found.touches, found.cut_off) == (("bottom",), ("bottom",))


def test_a_strap_that_reaches_the_edge_touches_it() -> None:
    pixels = picture((255, 255, 255), slice(30, 72), slice(24, 72))
    pixels[:30, 46:50] = (170, 30, 40)
    found = seen(pixels)
    assert (found.touches, found.cut_off) == (("top",), ())


def test_a_product_that_fills_the_frame_is_a_detail() -> None:
    pixels = picture((255, 255, 255), slice(0, 96), slice(0, 93))
    pixels[:, 93:] = 255
    assert seen(pixels).view == "detail"


def test_dust_does_not_move_the_box() -> None:
    pixels = picture((255, 255, 255), slice(24, 72), slice(24, 72))
    pixels[90, 5] = 0
    assert seen(pixels).box == pytest.approx((0.25, 0.25, 0.5, 0.5), abs=0.02)


def test_a_scene_says_nothing_of_its_product() -> None:
    found = seen(np.random.default_rng(5).integers(0, 256, (96, 96, 3), np.uint8))
    assert composition.as_facts(found) == {"kind": "lifestyle", "background": "scene", "touches": [], "cut_off": []}


def test_transparency() -> None:
    alpha = np.zeros((96, 96), np.uint8)
    alpha[24:72, 24:72] = 255
    found = seen(picture((0, 0, 0), slice(24, 72), slice(24, 72)), alpha)
    assert (found.kind, found.background, found.share) == ("packshot", "transparent", 0.25)


def test_somebody_is_a_persons_box_with_skin_in_it() -> None:
    pixels = picture((255, 255, 255), slice(24, 72), slice(24, 72))
    person = Found(4, 0.35, (0.25, 0.25, 0.75, 0.75))
    assert not composition.anybody(pixels, [person])
    pixels[24:34, 40:56] = (205, 150, 120)
    assert composition.anybody(pixels, [person])
    assert not composition.anybody(pixels, [])
