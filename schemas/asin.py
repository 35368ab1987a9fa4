"""ASINs: Amazon's numbers of articles, one a marketplace, among what a PIM says of a product. Pure."""

import re
from collections.abc import Mapping

_ASIN = re.compile(r"\b(?:B0[0-9A-Z]{8}|[0-9]{9}[0-9X])\b")
"""Books have their ISBN of ten signs instead."""


def asins_of(attributes: Mapping[str, str]) -> list[str]:
    """Those in attributes that are called `asin`, alone or with a marketplace: `ASIN`, `asin_de`."""
    said = (value for name, value in attributes.items() if name.strip().casefold().startswith("asin"))
    return sorted({asin for value in said for asin in _ASIN.findall(value.upper())})


def asin_of(attributes: Mapping[str, str], market: str) -> str:
    """The one of that market; of an attribute that names no market where none of that market is told. Empty where that
    is not exactly one: what one market's shelf knows by a number, another's may know as another product."""
    told = [(_words(name.strip().casefold().removeprefix("asin")), value) for name, value in attributes.items()]
    asked = _words(market.casefold())
    of_market = [value for words, value in told if asked and asked <= words]
    found = {asin for value in of_market or (v for w, v in told if not w) for asin in _ASIN.findall(value.upper())}
    return found.pop() if len(found) == 1 else ""


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text)) - {"s"}
