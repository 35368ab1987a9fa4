"""ASINs: Amazon's numbers of articles, one a marketplace, among what a PIM says of a product. Pure."""

import re
from collections.abc import Mapping

_ASIN = re.compile(r"\b(?:B0[0-9A-Z]{8}|[0-9]{9}[0-9X])\b")
"""Books have their ISBN of ten signs instead."""


def asins_of(attributes: Mapping[str, str]) -> list[str]:
    """Those in attributes that are called `asin`, alone or with a marketplace: `ASIN`, `asin_de`."""
    said = (value for name, value in attributes.items() if name.strip().casefold().startswith("asin"))
    return sorted({asin for value in said for asin in _ASIN.findall(value.upper())})
