"""Products in memory, found by keys as the service finds them in its tables: for the command line and for tests."""

from collections.abc import Iterable

from services.linker.evidence import AssetEvidence, keys_of
from services.linker.products import Look, Product, look_of, product_keys
from services.linker.slips import meant_keys

MOST_FAMILIES = 50
"""A key that more families share says nothing: such a name is a word like “t-shirt”."""


class Catalogue:
    """Key → families, and a family's products. What it answers, two queries on `product_key` answer too."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._families: dict[str, list[Product]] = {}
        self._keys: dict[str, set[str]] = {}
        for product in products:
            family = product.parent or product.sku
            self._families.setdefault(family, []).append(product)
            for key in product_keys(product):
                self._keys.setdefault(key, set()).add(family)

    def candidates(self, evidence: AssetEvidence) -> list[Product]:
        """Every product of every family that shares a selective key with the asset, by SKU.

        Where none does: of those that its name may mean by a slip.
        """
        found = self._sharing(keys_of(evidence)) or self._sharing(meant_keys(evidence))
        return sorted((product for family in found for product in self._families[family]), key=lambda p: p.sku)

    def _sharing(self, keys: Iterable[str]) -> set[str]:
        shared = (self._keys.get(key, set()) for key in keys)
        return {family for names in shared if len(names) <= MOST_FAMILIES for family in names}

    def looks_of(self, model: str) -> set[Look]:
        """The looks that variants of this model have."""
        return {look_of(one) for one in self._families.get(model, ()) if one.parent}
