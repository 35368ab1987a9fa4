"""Which pictures an audience is given, by the limits of their links."""

from typing import Any

from schemas.limits import Audience
from services.catalog.queries.audience import chosen


def link(sku: str, role: str = "main", **limits: list[str]) -> dict[str, Any]:
    return {"sku": sku, "role": role, "confidence": 0.9, "limits": limits or None}


def test_a_picture_is_given_where_one_of_its_products_lets_it() -> None:
    links = {"a": [link("X", markets=["de"]), link("Y", markets=["fr"])], "b": [link("X", markets=["it"])]}
    assert chosen(["b", "a", "c"], links, Audience("fr")).assets == ["a", "c"], "c is of no product, and for all"


def test_each_product_has_a_fallback_of_its_own() -> None:
    links = {"a": [link("X", locales=["de"])], "b": [link("X", locales=["fr"])], "c": [link("Y", locales=["fr"])]}
    found = chosen(["a", "b", "c"], links, Audience(locale="de-DE"))
    assert found.assets == ["a", "c"]
    assert found.notes == ["Y: main: nothing for the locale de-DE; what is for fr is given."]
    other = chosen(["c", "b", "a"], links, Audience(locale="it"))
    assert other.assets == ["c", "b", "a"], "in the order that was asked for"
