"""An order by hand holds under whatever the product is called."""

from typing import Any

import pytest

from schemas.product import order_in

OLD, AUDIT = {"order": ["b", "a"]}, {"audit:no-back": {"until": None}}


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ({}, []),
        ({"OLD": OLD}, ["b", "a"]),
        ({"OLD": OLD, "NEW": AUDIT}, ["b", "a"]),
        ({"OLD": OLD, "NEW": {"order": ["a", "b"]}}, ["a", "b"]),
        ({"OLD": OLD, "NEW": AUDIT | {"order": []}}, []),
        ({"OLDER": {"order": ["c"]}, "OLD": OLD}, ["b", "a"]),
        ({"ELSE": OLD}, []),
    ],
)
def test_the_first_name_that_has_an_order_counts(said: dict[str, dict[str, Any]], order: list[str]) -> None:
    assert order_in(said, ["NEW", "OLD", "OLDER"]) == order
