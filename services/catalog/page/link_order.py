"""In which order a picture's links are shown: what its name means first, sizes in a shop's order. Pure."""

import re
from collections.abc import Iterable

from services.catalog.api.models import LinkItem
from services.catalog.page.sizes import size_order

_STANDINGS = ("confirmed", "linked", "suggested", "rejected")


def in_order(links: Iterable[LinkItem]) -> list[LinkItem]:
    """As they come by standing and confidence; within these the SKU that the evidence names, then by size."""
    return sorted(links, key=lambda link: (_STANDINGS.index(link.standing), -link.confidence, *_within(link)))


def _within(link: LinkItem) -> tuple[bool, list[tuple[int, float, str]], str]:
    itself = re.compile(rf"(?<![\w-]){re.escape(link.sku)}(?:$|, and )")
    named = any(itself.search(reason["detail"]) for reason in link.evidence)
    return not named, [size_order(part) for part in re.split(r"[\W_]+", link.sku)], link.role
