"""What colour the PIM says a product has, and how far that is from what its picture shows. Pure."""

from collections.abc import Mapping
from typing import Any

from runtime import waves
from runtime.colour_words import distance
from services.catalog.alt_text.build import COLOURS

Row = Mapping[str, Any]
MATTERS = 0.08
"""Share of the product from which on a colour that was seen counts: a label's ink does not make a black shirt red."""

ANOTHER = 0.15
"""From here on it is another colour: of 65 pictures of a real shop with the colour that it says, one was farther, and
half of those with any other colour were."""


def said(axes: Row, attributes: Row) -> str | None:
    """The colour in the PIM's words: an axis of its variants comes before other attributes."""
    for fields in (axes, attributes):
        for name, value in sorted(fields.items()):
            if name.casefold() in COLOURS and isinstance(value, str) and value.strip():
                return value.strip()
    return None


def apart(colour: str | None, tags: Row, later: Row) -> float | None:
    """Oklab distance of that colour from the nearest that the product shows.

    None where nothing is said, the words name no colour, or the product could not be told from what is behind it.
    """
    if not colour or not waves.composed(tags, later).get("box"):
        return None
    seen = waves.colours(tags, later)
    return distance(colour, [one["hex"] for one in seen if one.get("share", 0) >= MATTERS])
