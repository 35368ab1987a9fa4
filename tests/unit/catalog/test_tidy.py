"""Addresses of the library as they are shared: without what says nothing, ranges the right way round."""

from datetime import date
from urllib.parse import urlencode

import pytest
from fastapi import HTTPException, Request

from services.catalog.page.tidy import said, tidy
from services.catalog.queries.filters import Filters


def led(**given: str) -> str | None:
    """Where that address leads; None: it is good as it is."""
    try:
        tidy(Request({"type": "http", "path": "/", "query_string": urlencode(given).encode(), "headers": []}))
    except HTTPException as error:
        assert error.status_code == 303 and error.headers
        return error.headers["Location"]
    return None


def test_empty_ones_are_left_out() -> None:
    assert led(q="", width_from="3", width_to="") == "/?width_from=3"
    assert led(width_from="3", width_to="30", arrived_from="2026-01-01", arrived_to="2026-01-01") is None


@pytest.mark.parametrize(
    ("given", "to"),
    [
        ({"width_from": "900", "width_to": "90"}, "/?width_to=900&width_from=90&turned=width"),
        ({"quality_from": "80", "q": "x", "quality_to": "40"}, "/?quality_to=80&q=x&quality_from=40&turned=quality"),
        (
            {"arrived_from": "2026-03-01", "arrived_to": "2026-02-01"},
            "/?arrived_to=2026-03-01&arrived_from=2026-02-01&turned=arrived",
        ),
    ],
)
def test_a_range_turned_round_is_read_the_other_way(given: dict[str, str], to: str) -> None:
    assert led(**given) == to


@pytest.mark.parametrize("odd", ["x", "9" * 5000, "-3", "3.5", "²"])
def test_what_is_no_number_is_left_to_whoever_reads_it(odd: str) -> None:
    assert led(width_from=odd, width_to="1") is None


def test_what_was_turned_is_said_with_its_ends() -> None:
    asked = Filters(width_from=90, width_to=900, arrived_from=date(2026, 2, 1), arrived_to=date(2026, 3, 1))
    assert said("", ["width", "arrived", "nothing"], asked) == [
        "Pixels wide: nothing lies from 900 to 90. It was read as 90 to 900.",
        "Arrived: nothing lies from 2026-03-01 to 2026-02-01. It was read as 2026-02-01 to 2026-03-01.",
    ]
    assert said("", ["width"], Filters(width_from=90)) == [], "somebody took the other end out since"
