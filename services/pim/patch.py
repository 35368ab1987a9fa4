"""A list is a patch: what it has no column for is kept as it stands; an empty cell of a column that is there clears.

Parents are said by a column of them, or by the models' own lines (Magento), which may not be in the list. Pure.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

from services.pim.columns import plain
from services.pim.product import Columns, Kind, Product, ProductList

FIELDS = ("gtin", "name", "category", "files")
NOTHING = Columns()
"""Of a model that has no line."""


class Standing(Protocol):
    """A product as it stands."""

    @property
    def kind(self) -> Kind: ...
    @property
    def sku(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def axes(self) -> Mapping[str, str]: ...
    @property
    def attributes(self) -> Mapping[str, str]: ...


@lru_cache(maxsize=1 << 12)
def attribute_key(heading: str) -> str:
    """The same for all ways to write it."""
    return plain(heading) or heading


class Patch:
    """One list over what stands."""

    def __init__(
        self, listed: ProductList, standing: Mapping[str, Standing], moved: Mapping[str, str], *, full: bool
    ) -> None:
        """moved: SKU so far → SKU from now on."""
        self._listed, self._moved, self._full = listed, moved, full
        self._own = listed.lines.keys() - {listed.unended}
        self._models = {one.parent for one in standing.values() if one.parent and self._has_its_parent(one)}

    def _has_its_parent(self, one: Standing) -> bool:
        """Whether this list leaves it with the parent that it has."""
        columns = self._listed.columns
        if columns is not None and columns.families:
            return not self._full and one.sku not in self._own
        return not self._full or one.sku in self._own

    def completed(self, product: Product, before: Standing) -> Product:
        """With what this list does not say."""
        columns = NOTHING if product.sku in self._listed.implied else self._listed.columns
        if columns is None:
            return product
        kept: dict[str, Any] = {name: getattr(before, name) for name in FIELDS if name not in columns.fields}
        if "files" in kept:
            kept["files"] = tuple(kept["files"])
        axes = {axis: value for axis, value in before.axes.items() if axis not in columns.axes}
        others = {name: v for name, v in before.attributes.items() if attribute_key(name) not in columns.attributes}
        product = replace(product, axes=axes | {**product.axes}, attributes=others | {**product.attributes}, **kept)
        return self._kind(self._placed(product, before, columns), before, columns)

    def _placed(self, product: Product, before: Standing, columns: Columns) -> Product:
        if product.parent or not before.parent or "parent" in columns.fields:
            return product
        parent = self._moved.get(before.parent, before.parent)
        if "variations" not in columns.fields:
            stays = not self._full or parent in self._own
            return replace(product, parent=parent) if stays else product
        if self._full or before.parent in self._own:
            return product  # its line is there, and names it no more
        return replace(product, parent=parent, axes={**before.axes, **product.axes})

    def _kind(self, product: Product, before: Standing, columns: Columns) -> Product:
        if product.kind == before.kind or before.kind != "model":
            return product
        unsaid = not columns.families and "kind" not in columns.fields
        return replace(product, kind="model") if unsaid or product.sku in self._models else product
