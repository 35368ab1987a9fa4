"""Sizes in a shop's order."""

import random

import pytest

from services.catalog.page.sizes import size_order


@pytest.mark.parametrize(
    "ordered",
    [
        ["XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL"],
        ["36", "36.5", "37", "40", "128 cm"],
        ["S", "M", "38", "One Size"],
        ["black", "Red", "white"],
    ],
)
def test_order(ordered: list[str]) -> None:
    mixed = random.Random(3).sample(ordered, len(ordered))
    assert sorted(mixed, key=size_order) == ordered
