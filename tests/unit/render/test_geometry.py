"""Boxes and frames: inside the picture, the right shape, never larger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.render.image.attention import Attention
from services.render.image.geometry import Box, Sight, frame
from services.render.recipe import Crop, Focal, Recipe

sizes = st.integers(1, 6000)
shares = st.floats(0, 1, allow_nan=False)


def recipe(mode: str, width: int, height: int, focal: Focal | None = None, crop: Crop | None = None) -> Recipe:
    return Recipe.model_validate(
        {
            **{"preset": "x", "width": width, "height": height, "mode": mode, "background": "#ffffff"},
            **{"format": "jpeg", "quality": 80, "gravity": "centre", "sharpen": "none", "progressive": True},
            **{"focal": focal, "crop": crop},
        }
    )


@given(st.sampled_from(["fit", "fill", "pad"]), sizes, sizes, sizes, sizes, shares, shares, st.booleans())
def test_inside_the_picture_and_never_larger(
    mode: str, wide: int, high: int, width: int, height: int, x: float, y: float, cropped: bool
) -> None:
    crop = Crop(left=x * 0.9, top=y * 0.9, width=0.5, height=0.4) if cropped else None
    made = frame(recipe(mode, width, height, Focal(x=x, y=y), crop), wide, high)
    box = made.box
    assert box.left >= -1e-6 and box.left + box.width <= wide + 1e-6
    assert box.top >= -1e-6 and box.top + box.height <= high + 1e-6
    assert 1 <= made.width <= min(width, max(1, round(box.width)))
    assert 1 <= made.height <= min(height, max(1, round(box.height)))
    assert made.canvas == ((width, height) if mode == "pad" else (made.width, made.height))


@pytest.mark.parametrize(
    ("mode", "source", "size", "canvas"),
    [
        ("fit", (4000, 3000), (1200, 900), (1200, 900)),
        ("fit", (800, 600), (800, 600), (800, 600)),
        ("pad", (800, 600), (800, 600), (1200, 1200)),
        ("fill", (4000, 3000), (1200, 1200), (1200, 1200)),
        ("fill", (800, 600), (600, 600), (600, 600)),
    ],
)
def test_sizes(mode: str, source: tuple[int, int], size: tuple[int, int], canvas: tuple[int, int]) -> None:
    made = frame(recipe(mode, 1200, 1200), *source)
    assert ((made.width, made.height), made.canvas) == (size, canvas)


def test_the_window_follows_the_focal_point_to_the_edge() -> None:
    assert frame(recipe("fill", 100, 100, Focal(x=0.0, y=0.5)), 400, 200).box.left == 0
    assert frame(recipe("fill", 100, 100, Focal(x=0.4, y=0.5)), 400, 200).box.left == 60
    assert frame(recipe("fill", 100, 100, Focal(x=1.0, y=0.5)), 400, 200).box.left == 200


def test_where_a_film_is_cropped_its_poster_is_unless_a_person_says_more() -> None:
    seen = Sight(attention=Attention([1, 0, 0, 0], [1, 1]), eye=(0.75, 0.5))
    square = recipe("fill", 100, 100).model_copy(update={"gravity": "product"})
    assert frame(square, 400, 200, seen).box.left == 160, "near it, where most is to be seen"
    assert frame(square.model_copy(update={"focal": Focal(x=0, y=0)}), 400, 200, seen).box.left == 0
    assert frame(recipe("fill", 100, 100), 400, 200, seen).box.left == 100, "gravity centre"


@pytest.mark.parametrize(
    ("product", "left", "top"),
    [
        (Box(100, 50, 200, 500), 0.5, 0.5),  # free on all sides
        (Box(100, 50, 200, 550), 0.5, 1.0),  # its legs are cut
        (Box(100, 0, 200, 550), 0.5, 0.0),  # its head is
        (Box(100, 0, 200, 600), 0.5, 1.0),  # both are: it stands
        (Box(0, 50, 400, 500), 0.5, 0.5),  # both sides are
        (Box(0, 50, 200, 550), 0.0, 1.0),  # comes from a corner
        (Box(0, 0, 400, 600), 0.5, 0.5),  # cut out along its outline
    ],
)
def test_what_an_edge_cuts_stays_at_that_edge(product: Box, left: float, top: float) -> None:
    of = recipe("pad", 1000, 1000).model_copy(update={"trim": True, "margin": 0.05})
    made = frame(of, 400, 600, Sight(product=product))
    x, y = made.corner
    assert x == pytest.approx((1000 - made.width) * left, abs=1)
    assert y == pytest.approx((1000 - made.height) * top, abs=1)
    assert (made.width, made.height) <= (400, 600), "nothing is enlarged"


@pytest.mark.parametrize("lean", [0.0, 1.0])
@pytest.mark.parametrize("mode", ["pad", "fill"])
def test_of_two_edges_that_cut_it_stays_at_the_one_that_cuts_more(mode: str, lean: float) -> None:
    kept = {"trim": True} if mode == "pad" else {"gravity": "product"}
    tall = recipe(mode, 100, 200).model_copy(update=kept)
    made = frame(tall, 400, 300, Sight(product=Box(10, 0, 380, 300), lean=(0.5, lean)))
    assert made.canvas == (100, 200) and made.height < 90
    assert made.place[1] == lean


def test_only_free_sides_have_a_margin() -> None:
    of = recipe("pad", 100, 100).model_copy(update={"trim": True, "margin": 0.1})
    assert frame(of, 400, 600, Sight(product=Box(100, 50, 200, 500))).height == 80
    assert frame(of, 400, 600, Sight(product=Box(100, 50, 200, 550))).height == 90
    assert frame(of, 400, 600, Sight(product=Box(100, 0, 200, 600))).height == 100
    whole = of.model_copy(update={"crop": Crop(top=0.5, height=0.5)})
    assert frame(whole, 400, 600, Sight(product=Box(100, 0, 200, 600))).width == 80, "a person's crop has its margins"
