"""Handles of a shop: none that another product may have."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.feeds.handles import MOST, Handles, handle


def of(*told: tuple[str, str]) -> list[str]:
    handles = Handles()
    for model, said in told:
        handles.tell(model, said)
    return [handles.of(model, said) for model, said in told]


@pytest.mark.parametrize(
    ("model", "name"),
    [("MH01 Black", "mh01-black"), ("Übergröße/7", "ubergrosse-7"), ("-A-", "a"), ("Æble Ø", "aeble-o"), ("靴", "")],
)
def test_a_handle_is_small_letters_digits_and_dashes(model: str, name: str) -> None:
    assert handle(model) == name


@given(st.text())
def test_what_is_made_is_a_handle_or_nothing(model: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", handle(model)) and len(handle(model)) <= MOST


def test_what_two_would_have_is_neithers() -> None:
    assert of(("AB-1", ""), ("AB 1", ""), ("靴", ""), ("C", "")) == ["", "", "", "c"]
    assert of(("A", "shoe"), ("B", "shoe"), ("C", "c")) == ["", "", "c"]


def test_what_the_pim_says_comes_first() -> None:
    assert of(("A", " Red-Shoe "), ("red shoe", "")) == ["red-shoe", ""]
    assert of(("A", "two words"), ("B", "a/b"), ("C", "靴"), ("D", "x" * (MOST + 1))) == ["", "", "靴", ""]
