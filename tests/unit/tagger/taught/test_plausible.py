"""What was taught is said of a picture only where it can be true."""

from typing import Any

import pytest

from services.tagger.labels import Label
from services.tagger.taught import plausible
from services.tagger.taught.head import Head

GREY = [{"name": "gray", "hex": "#8a8888", "share": 0.97}, {"name": "orange", "hex": "#e07a1f", "share": 0.03}]
BLUE = [{"name": "blue", "hex": "#1060d0", "share": 1.0}]


def said(words: list[str], colours: list[dict[str, Any]], background: str) -> list[str]:
    labels = [Label(word, 0.9, "taught") for word in words]
    return [one.label for one in plausible.seen(labels, colours, background)]


@pytest.mark.parametrize(
    ("colours", "left"),
    [
        (GREY, ["Gray", "Blau", "Orange Label", "Hoodies"]),
        (BLUE, ["Blau", "Orange Label", "Hoodies"]),
        ([], ["Gray", "Blau", "Rot", "Orange", "Blue/White", "Orange Label", "Hoodies"]),
    ],
)
def test_a_colour_that_is_nowhere_in_the_picture_is_not_said(colours: list[dict[str, Any]], left: list[str]) -> None:
    words = ["Gray", "Blau", "Rot", "Orange", "Blue/White", "Orange Label", "Hoodies"]
    assert said(words, colours, "pure white") == left


def test_of_a_scene_no_colour_is_said() -> None:
    assert said(["Gray", "Hoodies"], GREY, "scene") == ["Hoodies"]


def test_of_a_page_only_what_people_taught_by_pictures_speaks() -> None:
    class Card:
        def __init__(self, about: str) -> None:
            self.about = about

    heads: list[Any] = [type("Head", (), {"card": Card(about)})() for about in ("", "colour", "view")]
    taught: list[Head] = heads
    assert plausible.speaking(taught, drawn=True) == heads[:1] and plausible.speaking(taught, drawn=False) == heads
