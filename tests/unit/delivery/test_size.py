"""The grammar of sizes: what is said is read, what is written is read as it was, and nothing else crashes it."""

from random import Random
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.delivery.size import LARGEST, BadSize, Fit, Gravity, Size, parse

COLOURS = st.text("0123456789abcdef", min_size=6, max_size=6)


@st.composite
def sizes(draw: st.DrawFn) -> Size:
    """Any size that may be said."""
    density = draw(st.integers(1, 3))
    fit = draw(st.sampled_from(get_args(Fit)))
    least = 0 if fit == "fit" else 1
    width, height = (draw(st.integers(least, LARGEST // density)) for _ in range(2))
    assume(width or height)
    return Size(
        width,
        height,
        fit,
        draw(st.sampled_from(get_args(Gravity))) if fit == "fill" else "auto",
        draw(COLOURS) if fit == "pad" else "ffffff",
        draw(st.integers(0, 100)),
        density,
    )


@given(sizes())
def test_what_is_written_is_read_as_it_was(size: Size) -> None:
    assert parse(str(size)) == size


@given(sizes(), st.randoms())
def test_the_order_of_the_words_says_nothing(size: Size, chance: Random) -> None:
    words = str(size).split(",")
    chance.shuffle(words)
    assert parse(",".join(words)) == size


@given(st.one_of(st.text(max_size=120), st.lists(st.sampled_from(["w9", "h9", "fill", "auto", "q9", "2x", "", "w-1"]))))
def test_anything_else_is_refused_in_words(said: str | list[str]) -> None:
    text = said if isinstance(said, str) else ",".join(said)
    try:
        size = parse(text)
    except BadSize as error:
        assert str(error)
    else:
        assert parse(str(size)) == size


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "'' is no word"),
        ("fit", "needs a width or a height"),
        ("w0", "'w0' is no word"),
        ("w00400", "no word"),
        ("w4097", "at most 4096"),
        ("w2000,3x", "at most 4096"),
        ("h99999", "no word"),
        ("w400,w300", "says again"),
        ("w400,2x,3x", "says again"),
        ("w400,fill", "fill needs a width and a height"),
        ("h400,pad", "pad needs"),
        ("w400,h300,centre", "with fill only"),
        ("w400,h300,bgff0000", "with pad only"),
        ("w400,h300,pad,bgFF0000", "no word"),
        ("w400,q101", "1 to 100"),
        ("w400,4x", "no word"),
        ("w400;h300", "no word"),
        ("w400" + ",q80" * 30, "at most 80"),
        ("w٤٠٠", "no word"),
    ],
)
def test_what_is_no_size(text: str, why: str) -> None:
    with pytest.raises(BadSize, match=why):
        parse(text)


def test_what_the_words_mean() -> None:
    size = parse("2x,h300,fill,w400,north,q70")
    assert (size.box, size.fit, size.gravity, size.quality) == ((800, 600), "fill", "north", 70)
    assert parse("w400") == Size(width=400) and parse("w400").box == (400, 0)
