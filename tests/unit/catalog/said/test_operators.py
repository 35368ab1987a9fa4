"""Phrases in quotation marks, and words that must not be there."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.catalog.said.operators import Parted, parted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("red jacket", Parted("red jacket")),
        ("red jacket -blue", Parted("red jacket", (), ("blue",))),
        ("NOT blue jacket", Parted("jacket", (), ("blue",))),
        ('jacket NOT "with hood"', Parted("jacket", (), ("with hood",))),
        ('"wind  jacket" red', Parted("red", ("wind jacket",))),
        ('"never closed', Parted("", ("never closed",))),
        ("jean-paul MH01-Black", Parted("jean-paul MH01-Black")),
        ("a - b", Parted("a b")),
        ("not this", Parted("not this")),
        ("red OR blue -hat", Parted("red blue", either=True)),
        ("", Parted("")),
    ],
)
def test_parted(text: str, found: Parted) -> None:
    assert parted(text) == found


@given(some.text())
def test_any_text_is_parted(text: str) -> None:
    made = parted(text)
    assert all(one.strip() for one in (*made.phrases, *made.without))
