"""Colours that are mistyped by a letter."""

import pytest

from services.catalog.said.slips import colours


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("blak", ("black",)),
        ("blck", ("black",)),
        ("balck", ("black",)),
        ("blackk", ("black",)),
        ("schwrz", ("black",)),
        ("gren", ("green",)),
        ("bla", ()),
        ("tray", ()),
        ("hoodie", ()),
    ],
)
def test_one_letter_is_wrong(typed: str, meant: tuple[str, ...]) -> None:
    assert colours(typed) == meant
