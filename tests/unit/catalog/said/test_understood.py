"""What somebody types is taken apart into words that we know and others."""

import pytest

from services.catalog.said.attributes import told
from services.catalog.said.codes import codes
from services.catalog.said.understood import Term, understood


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("rote Jacke", (Term(("rote",), ("red",), "colour"), Term(("jacke",), ("jacket",)))),
        ("red jacket", (Term(("red",), (), "colour"), Term(("jacket",)))),
        ("sudadera con capucha", (Term(("sudadera", "con", "capucha"), ("hoodie", "hooded sweatshirt")),)),
        (
            "Rückseite mit Logo",
            (Term(("rückseite",), ("back", "from behind", "rear", "from the back"), "view"), Term(("logo",))),
        ),
        ("Yogahose", (Term(("yogahose",), ("yoga trousers", "yoga pants")),)),
        ("grey", (Term(("grey",), ("gray",), "colour"),)),
        ("xyzzy 42", (Term(("xyzzy",)), Term(("42",)))),
        ("the", (Term(("the",)),)),
        ("…", ()),
    ],
)
def test_words_that_we_know(text: str, terms: tuple[Term, ...]) -> None:
    assert understood(text).terms == terms


def test_the_model_of_meaning_is_asked_for_things_in_english() -> None:
    assert understood("rote Jacke von hinten").meant == "jacket"
    assert understood("hooded sweatshirt").meant == "hooded sweatshirt"
    assert understood("schwarz").meant == ""


@pytest.mark.parametrize(
    ("text", "each", "rest"),
    [
        ("4 006700-505759", (("4006700505759",),), ""),
        ("00036000291452", (("36000291452",),), ""),
        ("mh 07 black", (("mh07", "mh7", "mh007", "mh0007"),), "black"),
        ("SH04-Gray", (("sh04", "sh4", "sh004", "sh0004"),), "gray"),
        ("36-yellow", (), "yellow"),
        ("red hoodie", (), "red hoodie"),
    ],
)
def test_codes_as_people_write_them(text: str, each: tuple[tuple[str, ...], ...], rest: str) -> None:
    found = codes(text)
    assert (tuple(tuple(ways[:4]) for ways in found.each), found.rest) == (each, rest)


def test_attributes_in_words() -> None:
    attributes = {"material": "Wool", "price": "52", "new": "No", "image": "https://a/b.jpg", "n": 3}
    assert (
        told({**attributes, "description": "<p>Warm &amp; dry.<br>Machine wash</p>"}) == "Wool Warm & dry. Machine wash"
    )
