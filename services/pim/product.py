"""What a product list says of one product, before it becomes a fact on `pim.products`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from schemas.asin import asins_of

Kind = Literal["product", "model"]


@dataclass(frozen=True)
class Product:
    """One row. `parent` is the SKU of its model or ""; `axes` is what it differs in from its siblings.

    `gtin` holds digits only, with a right check digit, or "". `category` is the first and longest path,
    its parts joined by "/". `attributes` are the columns that nobody named, as text.
    """

    system: str
    kind: Kind
    id: str
    sku: str
    gtin: str = ""
    name: str = ""
    parent: str = ""
    axes: Mapping[str, str] = field(default_factory=dict)
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    formerly: tuple[str, ...] = ()
    """SKUs that it had."""
    files: tuple[str, ...] = ()
    """Names of files that the list names for it."""

    @property
    def asins(self) -> list[str]:
        """Its ASINs, among its attributes."""
        return asins_of(self.attributes)


@dataclass(frozen=True)
class Problem:
    """Something wrong in a product list, said so that its owner can mend it. `line` is 0 for the whole file."""

    file: str
    line: int
    cause: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.cause} {self.cure}"


@dataclass(frozen=True)
class Columns:
    """What a list has columns for: of anything else it says nothing."""

    fields: frozenset[str] = frozenset()
    """Of gtin, name, category, files, kind, parent, variations."""
    axes: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    """As `patch.attribute_key` writes them."""

    @property
    def families(self) -> bool:
        """Whether it says which model a product belongs to."""
        return not self.fields.isdisjoint(("parent", "variations"))


@dataclass(frozen=True)
class ProductList:
    """Everything that could be taken, in the order of the file, and everything that could not."""

    products: tuple[Product, ...]
    problems: tuple[Problem, ...]
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    """SKU → its line."""
    implied: frozenset[str] = frozenset()
    """SKUs of models without a line of their own: their variants name them."""
    columns: Columns | None = None
    """What it says something of; None: of everything."""
    unended: str = ""
    """SKU of a last line without a line end: it may be broken off within its last cell."""
