"""What is done at one place of a PIM, by what stands there, what we left, and what is wanted."""

import pytest

from schemas.delivery import Place
from schemas.rendition import Rendition
from services.pim.decide import Found, decide
from services.pim.places import Write
from services.pim.target import Picture
from services.pim.wanted import Wanted

FILE = Rendition(preset="web", channel="c", recipe="r", key="k.jpeg", format="jpeg", width=1, height=1, bytes=1)
NEW, NONE, LATER = Wanted(Picture("new", "asset", 1, FILE)), Wanted(), Wanted(waits=True)
EMPTY, MINE, THEIRS = Found(None), Found("x_old", "old"), Found("theirs")
OTHERS = Found("x_of_ours", "another")
LEFT = Place(content="old", value="x_old")


def at(owner: str) -> Write:
    return Write.model_validate({"attribute": "a", "kind": "image", "of": "main", "preset": "web", "owner": owner})


@pytest.mark.parametrize(
    ("found", "before", "wanted", "ours", "theirs"),
    [
        (EMPTY, None, NEW, "fill", "fill"),
        (EMPTY, None, NONE, "nothing", "nothing"),
        (Found("renamed"), Place(content="new", value="renamed"), NEW, "nothing", "nothing"),
        (Found("renamed"), Place(content="old", value="renamed"), NEW, "fill", "nothing"),
        (EMPTY, LEFT, NEW, "conflict", "nothing"),
        (EMPTY, LEFT, NONE, "nothing", "nothing"),
        (MINE, LEFT, NEW, "fill", "nothing"),
        (MINE, LEFT, NONE, "clear", "nothing"),
        (MINE, LEFT, LATER, "nothing", "nothing"),
        (MINE, None, NEW, "conflict", "nothing"),
        (OTHERS, LEFT, NEW, "conflict", "nothing"),
        (OTHERS, LEFT, NONE, "nothing", "nothing"),
        (Found("x_new", "new"), LEFT, NEW, "nothing", "nothing"),
        (Found("x_new", "new"), None, NEW, "nothing", "nothing"),
        (THEIRS, None, NEW, "conflict", "nothing"),
        (THEIRS, LEFT, NEW, "conflict", "nothing"),
        (THEIRS, LEFT, NONE, "nothing", "nothing"),
        (THEIRS, None, NONE, "nothing", "nothing"),
        (THEIRS, LEFT, LATER, "nothing", "nothing"),
    ],
)
def test_every_case(found: Found, before: Place | None, wanted: Wanted, ours: str, theirs: str) -> None:
    assert decide(at("packshot"), found, before, wanted) == ours
    assert decide(at("pim"), found, before, wanted) == theirs


def test_a_person_says_that_ours_counts() -> None:
    assert decide(at("packshot"), THEIRS, LEFT, NEW, overwrite=True) == "fill"
    assert decide(at("packshot"), THEIRS, LEFT, NONE, overwrite=True) == "nothing"
    assert decide(at("packshot"), EMPTY, LEFT, NEW, overwrite=True) == "fill"


def test_what_we_were_about_to_put_there_is_ours() -> None:
    assert decide(at("packshot"), OTHERS, LEFT, NEW, intended={"another"}) == "fill"
    assert decide(at("packshot"), OTHERS, None, NONE, intended={"another"}) == "clear"
    assert decide(at("packshot"), THEIRS, LEFT, NEW, intended={"another"}) == "conflict"
