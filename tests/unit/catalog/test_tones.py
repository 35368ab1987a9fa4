"""Colours as cells: what people call alike shares one, another colour does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.catalog.tones import near, tones


@pytest.mark.parametrize(
    ("asked", "seen", "alike"),
    [
        ("#a0522d", "#a5562a", True),
        ("#a0522d", "#a03030", True),
        ("#a0522d", "#2d52a0", False),
        ("navy", "#1b2a4a", True),
        ("bordeaux", "#5e1224", True),
        ("bordeaux", "#ff4040", False),
        ("weiß", "#ffffff", True),
        ("black", "#000000", True),
    ],
)
def test_near(asked: str, seen: str, alike: bool) -> None:
    assert bool(set(near(asked) or ()) & set(tones([{"hex": seen, "share": 0.5}]))) is alike


@given(some.integers(0, 0xFFFFFF))
def test_every_colour_is_near_itself(number: int) -> None:
    own = f"#{number:06x}"
    assert set(tones([{"hex": own}])) <= set(near(own) or ())


@given(some.text(max_size=12))
def test_what_is_no_colour_is_none_or_cells(text: str) -> None:
    found = near(text)
    assert found is None or all(cell >= 0 for cell in found)


def test_what_hardly_shows_does_not_count() -> None:
    assert tones([{"hex": "#ff0000", "share": 0.02}, {"hex": "#f00"}, {}]) == []
