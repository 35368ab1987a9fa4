"""In which order a picture's links are shown."""

import random

import pytest

from services.catalog.api.models import LinkItem
from services.catalog.page.link_order import in_order


def link(sku: str, detail: str = "", standing: str = "linked", confidence: float = 0.97) -> LinkItem:
    evidence = [{"kind": "filename", "detail": detail}] if detail else []
    return LinkItem(sku=sku, role="main", confidence=confidence, standing=standing, evidence=evidence)


@pytest.mark.parametrize(
    ("detail", "ordered"),
    [
        (
            "“mh01 xl black” is SKU MH01-XL-Black, and shows all its sizes",
            ["MH01-XL-Black", "MH01", "MH01-S-Black", "MH01-L-Black"],
        ),
        ("“mh01 black” is model MH01 and its colour", ["MH01", "MH01-S-Black", "MH01-M-Black", "MH01-XL-Black"]),
        ("“4006381333931” is the GTIN of SHOE-9", ["SHOE-9", "SHOE-36", "SHOE-40"]),
        ("“shoe” is SKU SHOE-10", ["SHOE-10", "SHOE-9", "SHOE-36"]),
        ("", ["SHOE-9", "SHOE-36"]),
    ],
)
def test_what_the_name_means_comes_first_and_sizes_stand_as_in_a_shop(detail: str, ordered: list[str]) -> None:
    links = [link(sku, detail) for sku in random.Random(5).sample(ordered, len(ordered))]
    assert [one.sku for one in in_order(links)] == ordered


def test_what_people_confirmed_and_what_is_surer_stands_above() -> None:
    links = [
        link("A", standing="rejected"),
        link("B", confidence=0.9),
        link("C"),
        link("D", standing="confirmed", confidence=0.5),
        link("E", standing="suggested"),
    ]
    assert [one.sku for one in in_order(links)] == ["D", "C", "B", "E", "A"]
