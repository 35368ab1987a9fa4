"""By which handle a shop knows each product model. Pure.

What the PIM says (attribute `handle`) comes first; else one is made of the model's SKU. One that two models would have
is neither's, but for the one of which the PIM says it.
"""

import re
import unicodedata

MOST = 255
_SIGNS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})
_OWN = re.compile(r"[\w-]+")


def handle(model: str) -> str:
    """As Shopify makes one of a title: small letters, digits and single dashes; empty where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", model.lower().translate(_SIGNS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MOST].rstrip("-")


class Handles:
    """Of all models that are for sale: each is told once, before any is asked for."""

    def __init__(self) -> None:
        self._said: dict[str, bool] = {}
        self._made: dict[str, bool] = {}

    def tell(self, model: str, said: str) -> None:
        """said: what the PIM says; empty where it says nothing."""
        known, one = (self._said, said.strip().lower()) if said.strip() else (self._made, handle(model))
        known[one] = one not in known

    def of(self, model: str, said: str) -> str:
        """Empty where it has none that is surely its own."""
        if said := said.strip().lower():
            return said if self._said.get(said) and len(said) <= MOST and _OWN.fullmatch(said) else ""
        made = handle(model)
        return made if made and self._made.get(made) and made not in self._said else ""
