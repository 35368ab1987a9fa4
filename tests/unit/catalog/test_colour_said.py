"""A product's colour in the PIM against its picture."""

import pytest

from services.catalog.colour_said import apart, said

RED, WHITE = {"hex": "#c01020", "share": 0.9, "name": "red"}, {"hex": "#ffffff", "share": 0.05, "name": "white"}
TAGS = {"composition": {"box": [0, 0, 1, 1]}, "colours": [RED, WHITE]}


def test_the_axis_comes_before_other_attributes() -> None:
    assert said({"Color": "Red"}, {"colour": "blue"}) == "Red"
    assert said({"size": "XS"}, {"farbe": " rot "}) == "rot"
    assert said({"size": "XS"}, {"color": 7, "colour": " "}) is None


def test_what_fits_is_near_and_what_does_not_is_far() -> None:
    near, far = apart("red", TAGS, {}), apart("navy", TAGS, {})
    assert near is not None and far is not None and near < 0.06 < 0.15 < far


def test_a_colour_of_a_small_part_is_not_the_products() -> None:
    assert (apart("white", TAGS, {}) or 0) > 0.15


def test_the_product_that_was_cut_out_comes_first() -> None:
    assert apart("white", TAGS, {"colours": [WHITE | {"share": 1.0}]}) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    ("colour", "tags"),
    [(None, TAGS), ("Sunset Dream", TAGS), ("red", {"colours": [RED]}), ("red", {**TAGS, "colours": []})],
)
def test_nothing_is_said_where_nothing_is_known(colour: str | None, tags: dict[str, object]) -> None:
    assert apart(colour, tags, {}) is None
