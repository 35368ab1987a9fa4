"""Cursors come back as they were, to their own list alone."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from services.catalog.queries.cursor import (
    After,
    BadCursor,
    CursorOfAnother,
    decode,
    decode_name,
    encode,
    encode_name,
    given,
    of,
    taken,
)

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
ASSETS, SHOOTS = of("assets", "red"), of("shoots")


def written(*body: object) -> str:
    """As somebody else might write one."""
    return base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")


def test_a_place_by_arrival_comes_back() -> None:
    for rank in (20_123_456, 0, None):
        after = After(rank, NOON, "id")
        assert decode(encode(after, ASSETS), ASSETS) == after


@drawn(st.integers(-(2**63) + 1, 2**63 - 1), st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_any_place_comes_back(rank: int, name: str) -> None:
    assert taken(given(ASSETS, rank, name), ASSETS, int, str) == [rank, name]
    assert decode_name(encode_name(name, ASSETS), ASSETS) == name


def test_none_is_the_beginning_of_a_list_by_name() -> None:
    assert decode_name(None, ASSETS) == decode_name("", ASSETS) == ""


def test_that_of_another_list_says_whose_it_is() -> None:
    with pytest.raises(CursorOfAnother, match=r"of another list, shoots; here are assets. Send it there, or begin"):
        decode(encode(After(None, NOON, "id"), SHOOTS), ASSETS)
    with pytest.raises(CursorOfAnother, match="other filters"):
        decode(encode(After(None, NOON, "id"), ASSETS), of("assets", "blue"))


@drawn(st.text() | st.builds(written, st.just("assets"), st.just(ASSETS.mark), st.integers() | st.text(), st.text()))
def test_what_is_none_of_ours_is_refused(bad: str) -> None:
    with pytest.raises(BadCursor, match=r"[Bb]egin again without it"):
        decode(bad, ASSETS)


@pytest.mark.parametrize(
    "place",
    [
        (), (1,), (1, "2026-01-01T00:00:00Z"), (1, "2026-01-01T00:00:00Z", "a", "b"),
        (True, "2026-01-01T00:00:00Z", "a"),
        (1, "2026-01-01T00:00:00", "a"), (1, "noon", "a"), (1, 5, "a"), (2**63, "2026-01-01T00:00:00Z", "a"),
        (1, "2026-01-01T00:00:00Z", "a\0"), (1, "2026-01-01T00:00:00Z", None), (1.5, "2026-01-01T00:00:00Z", "a"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_list_is_refused(place: tuple[object, ...]) -> None:
    with pytest.raises(BadCursor, match="not one that this list gave"):
        decode(written(*ASSETS, *place), ASSETS)


@pytest.mark.parametrize("name", [5, None, "", "<b>", "x" * 41, ["assets"]])
def test_a_name_that_no_list_has_is_not_told_again(name: object) -> None:
    with pytest.raises(BadCursor, match="not one that this list gave"):
        decode(written(name, ASSETS.mark, 1, "2026-01-01T00:00:00Z", "a"), ASSETS)
