"""A product's colour in words, against what is seen."""

import csv
import re

import pytest

from runtime import colour_words
from runtime.colour_words import distance

SAME, OTHER = 0.06, 0.12


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("Red", "#b3121d"), ("rot", "#d01020"), ("Bleu marine", "#1b2237"), ("Navy Blue", "#20284a"),
        ("blue", "#4169e1"), ("hellblau", "#9cc3ea"), ("light blue", "#9cc3ea"), ("dunkelblau", "#1a2450"),
        ("weiß", "#f8f8f6"), ("off-white", "#f7f4ee"), ("olive green", "#5d5f30"), ("rosa", "#f29ab8"),
        ("Anthrazit melange", "#3c3d40"),
    ],
)  # fmt: skip
def test_what_fits(said: str, seen: str) -> None:
    found = distance(said, [seen])
    assert found is not None and found < SAME


@pytest.mark.parametrize(
    ("said", "seen"),
    [("red", "#1c3fa0"), ("black", "#f4f4f4"), ("white", "#808080"), ("dark blue", "#a8cdf0"),
     ("light grey", "#303030"), ("navy", "#87bdea"), ("green", "#d0021b")],
)  # fmt: skip
def test_what_does_not(said: str, seen: str) -> None:
    found = distance(said, [seen])
    assert found is not None and found > OTHER


def test_of_two_colours_both_have_to_be_there() -> None:
    both, one = distance("Navy / White", ["#1b2237", "#fefefe"]), distance("Navy / White", ["#1b2237"])
    assert both is not None and one is not None and both < SAME < OTHER < one
    assert distance("schwarz und weiß", ["#ffffff", "#101010"]) == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize(("said", "seen"), [("Sunset Dream", ["#d0021b"]), ("", ["#d0021b"]), ("red", [])])
def test_nothing_is_said_where_nothing_is_known(said: str, seen: list[str]) -> None:
    assert distance(said, seen) is None


def test_every_word_means_one_colour() -> None:
    with colour_words.TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = [word for row in rows for word in row["words"].split()]
    assert len(words) == len(set(words))
    assert all(re.fullmatch(r"#[0-9a-f]{6}(-#[0-9a-f]{6})+", row["shades"]) for row in rows)
