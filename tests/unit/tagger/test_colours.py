"""Colours have the names that people use, and are the product's, not the ground's."""

import colorsys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from runtime import oklab
from services.catalog.queries.known_values import COLOURS
from services.tagger import background, colours, palette


def name(hex_colour: str) -> str:
    rgb = np.array([[int(hex_colour[i : i + 2], 16) for i in (0, 2, 4)]], np.uint8)
    return palette.NAMES[int(palette.names(oklab.from_srgb(rgb))[0])]


@pytest.mark.parametrize(
    ("hex_colour", "wanted"),
    [
        ("000000", "black"), ("1c1c1e", "black"), ("808080", "gray"), ("ffffff", "white"), ("f4f2ef", "white"),
        ("ff0000", "red"), ("b3121d", "red"), ("8b0000", "red"), ("ffc0cb", "pink"), ("ff69b4", "pink"),
        ("ffa500", "orange"), ("ff7f27", "orange"), ("ffff00", "yellow"), ("ffd700", "yellow"), ("008000", "green"),
        ("32cd32", "green"), ("40e0d0", "turquoise"), ("0000ff", "blue"), ("87ceeb", "blue"), ("4169e1", "blue"),
        ("000080", "navy blue"), ("1b2237", "navy blue"), ("800080", "purple"), ("6a0dad", "purple"),
        ("8b4513", "brown"), ("5c4033", "brown"), ("f5f5dc", "beige"), ("d2c4a8", "beige"), ("808000", "olive green"),
    ],
)  # fmt: skip
def test_names_are_those_that_people_use(hex_colour: str, wanted: str) -> None:
    assert name(hex_colour) == wanted


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_oklab_goes_there_and_back(rgb: tuple[int, int, int]) -> None:
    there = oklab.from_srgb(np.array([rgb], np.uint8))
    assert np.abs(oklab.to_srgb(there)[0].astype(int) - rgb).max() <= 1


@given(st.integers(0, 255))
def test_a_grey_never_gets_a_hue(grey: int) -> None:
    assert name(f"{grey:02x}" * 3) in {"black", "gray", "white"}


@given(st.floats(0, 1))
def test_a_bright_colour_is_never_called_grey(turn: float) -> None:
    rgb = [round(255 * part) for part in colorsys.hsv_to_rgb(turn, 1, 0.9)]
    assert name("".join(f"{part:02x}" for part in rgb)) not in {"gray", "white", "black", "beige"}


def picture(ground: tuple[int, int, int], product: tuple[int, int, int]) -> NDArray[np.uint8]:
    pixels = np.full((96, 72, 3), ground, np.uint8)
    pixels[20:80, 18:54] = product
    noise = np.random.default_rng(3).integers(-3, 4, pixels.shape)
    noisy: NDArray[np.uint8] = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    return noisy


@pytest.mark.parametrize("ground", [(255, 255, 255), (120, 160, 120), (30, 30, 32)])
def test_the_ground_is_left_out(ground: tuple[int, int, int]) -> None:
    pixels = picture(ground, (190, 20, 30))
    behind = background.find(pixels)
    found = colours.dominant(pixels, behind)
    assert behind.kind == ("white" if ground == (255, 255, 255) else "plain")
    assert behind.product.mean() == pytest.approx(60 * 36 / (96 * 72), abs=0.02)
    assert [colour.name for colour in found] == ["red"] and found[0].share > 0.95


def test_an_off_white_product_stays_on_white() -> None:
    pixels = picture((255, 255, 255), (236, 234, 230))
    assert colours.dominant(pixels, background.find(pixels))[0].name == "white"
    assert background.find(pixels).product.mean() < 0.5


def test_a_close_up_of_plain_cloth_keeps_its_colour() -> None:
    pixels = np.full((96, 96, 3), (20, 40, 160), np.uint8)
    pixels[:14, 40:60] = (200, 150, 120)  # a neck
    assert colours.dominant(pixels, background.find(pixels))[0].name == "blue"


def test_transparency_is_the_ground() -> None:
    pixels = picture((0, 0, 0), (20, 130, 50))
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[20:80, 18:54] = 255
    behind = background.find(pixels, alpha)
    assert behind.kind == "transparent" and colours.dominant(pixels, behind)[0].name == "green"


def test_a_scene_has_no_ground_to_leave_out() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (96, 96, 3), np.uint8)
    behind = background.find(noise)
    assert behind.kind == "scene" and behind.product.mean() == 1.0


@given(st.integers(0, 2**31))
def test_shares_are_shares_whatever_the_picture(seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (24, 24, 3), np.uint8)
    found = colours.dominant(pixels, background.find(pixels))
    assert found and sum(colour.share for colour in found) <= 1.005
    assert [c.share for c in found] == sorted((c.share for c in found), reverse=True)
    assert len({colour.name for colour in found}) == len(found)


def test_the_catalogues_filter_knows_each_name() -> None:
    assert COLOURS == palette.NAMES
