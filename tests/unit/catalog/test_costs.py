"""Carbon by its stated model, and what to do about a heavy file."""

import pytest

from services.catalog.api.costs import month_before
from services.catalog.costs.advice import advice
from services.catalog.costs.carbon import GB, MODEL, grams


def test_grams_are_those_of_the_stated_model() -> None:
    """sustainablewebdesign.org: 0.055 + 0.059 + 0.080 and 0.012 + 0.013 + 0.081 kWh/GB at 494 g."""
    one = grams(GB)
    assert (one.low, one.middle, one.high) == (56.316, 148.2, 400.14)
    assert all(number in MODEL for number in ("0.300", "494", "0.114", "0.81"))
    assert grams(0).middle == 0


@pytest.mark.parametrize(
    ("format", "channel", "each", "word"),
    [("mp4", "webshop", 9, "rung"), ("jpeg", "webshop", 9, "AVIF"), ("avif", "webshop", 400_000, "max_bytes")],
)
def test_each_heavy_file_has_something_to_do(format: str, channel: str, each: int, word: str) -> None:
    assert word in advice(format, channel, each)


def test_what_is_light_needs_nothing() -> None:
    assert advice("avif", "webshop", 30_000) == "" and advice("jpeg", "", 30_000) == ""


def test_months_go_back_over_years() -> None:
    assert [month_before("2026-01", n) for n in (1, 2, 13)] == ["2025-12", "2025-11", "2024-12"]
