"""Likeness and neighbours propose the style, its look by colour, and say why."""

import pytest

from services.catalog.likely import LOOKS, STYLES, Witness, options


def alike(style: str, cosine: float, *skus: str, name: str = "x.jpg", colour: str = "red") -> Witness:
    return Witness(name, style, skus or (style,), (colour,), cosine)


def test_the_style_of_the_most_similar_picture_comes_first_and_says_why() -> None:
    first, second = options(["red"], [alike("B", 0.87), alike("A", 0.93, name="a.jpg"), alike("A", 0.81)])
    assert (first.skus, second.skus) == (("A",), ("B",)) and first.confidence > second.confidence
    assert first.evidence[0] == {"kind": "likeness", "detail": "Looks like a.jpg (93% alike), which shows A"}


def test_of_a_style_the_look_in_its_own_colour_comes_first() -> None:
    seen = [alike("A", 0.95, "A-red-S", "A-red-M"), alike("A", 0.9, "A-blue-S", colour="blue")]
    assert [one.skus for one in options(["blue", "white"], seen)] == [("A-blue-S",), ("A-red-S", "A-red-M")]
    assert [one.skus for one in options(["grey"], seen)] == [("A-red-S", "A-red-M"), ("A-blue-S",)]


def test_what_is_hardly_alike_is_not_proposed() -> None:
    assert options(["red"], [alike("A", 0.6), alike("B", 0.71)]) == ()


def test_neighbours_that_agree_come_before_a_likeness_alone() -> None:
    beside = [Witness(f"{n}.jpg", "A", ("A",), where=where) for n, where in ((1, "before"), (3, "after"))]
    first, second = options([], [alike("B", 0.85), *beside])
    assert (first.skus, second.skus) == (("A",), ("B",))
    assert first.evidence[0] == {"kind": "sequence", "detail": "1.jpg, the file before it, shows A"}
    assert first.confidence == pytest.approx(1 - 0.7 * 0.7)


def test_there_are_never_more_than_keys() -> None:
    many = [alike(f"S{n}", 0.9, f"S{n}-{look}") for n in range(9) for look in range(9)]
    assert len(options([], many)) == STYLES * LOOKS <= 9
