"""Families: a model and its variants. A picture shows a look (colour, material), never a size."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from services.linker.names import fold, joined, one_typo, spellings, tokens
from services.linker.products import Look, Product, folded, look_of, looks_axes


@dataclass
class Family:
    """`key` is the model's SKU, or the product's own where it has no model.

    What it says of itself is worked out once, so nothing is added to it by then.
    """

    key: str
    model: Product | None = None
    variants: list[Product] = field(default_factory=list)

    @cached_property
    def looks(self) -> dict[Look, list[Product]]:
        """Look → its variants (the sizes), in the order of the product list."""
        found: dict[Look, list[Product]] = {}
        for variant in self.variants:
            found.setdefault(look_of(variant), []).append(variant)
        return found

    @cached_property
    def words(self) -> dict[str, tuple[str, str]]:
        """Key of every spelling of every value that a picture shows → (axis, folded value)."""
        found: dict[str, tuple[str, str]] = {}
        for variant in self.variants:
            for axis, value in looks_axes(variant).items():
                found |= {joined(parts): (fold(axis), folded(value)) for parts in spellings(value)}
        return found

    def values(self) -> list[str]:
        """What its looks are called in the product list, sorted: `Black`, `Red, wool`."""
        return sorted({", ".join(looks_axes(variant).values()) for variant in self.variants} - {""})

    @cached_property
    def sizes(self) -> set[str]:
        """The words of all values that a picture does not show."""
        hidden = ((v, set(v.axes) - set(looks_axes(v))) for v in self.variants)
        return {word for variant, axes in hidden for axis in axes for word in tokens(variant.axes[axis])}

    def showing(self, values: Mapping[str, str]) -> list[Product]:
        """The variants that a picture with these values (axis → folded value) may show."""
        return [v for v in self.variants if all(dict(look_of(v)).get(a) == value for a, value in values.items())]


def families(products: Iterable[Product]) -> dict[str, Family]:
    """Products by family. The order of variants does not depend on the order in which they were found."""
    found: dict[str, Family] = {}
    for product in sorted(products, key=lambda p: p.sku):
        key = product.parent or product.sku
        family = found.setdefault(key, Family(key))
        if product.kind == "model" and not product.parent:
            family.model = product
        else:
            family.variants.append(product)
    return found


def nearest(word: str, values: Iterable[str]) -> str:
    """The one value that this word is a typo of; "" where none or more than one is."""
    near = [value for value in values if one_typo(word, value) and (len(value) >= 4 or _same_letters(word, value))]
    return near[0] if len(near) == 1 else ""


def _same_letters(word: str, value: str) -> bool:
    """`rde` and `rred` are slips for `red`; `bed` is a word of its own."""
    return sorted(set(word)) == sorted(set(value)) and len(word) >= len(value) >= 3


def model_look(pictures: Mapping[Look, int], variants: Collection[Look]) -> Look | None:
    """The look in which a model is shown. None without any.

    One that no variant has was photographed for the model itself, and goes before what it shares with its variants;
    else that with most pictures counts, of equals the first named.
    """

    def place(look: Look) -> tuple[bool, int]:
        return not any(set(look) <= set(one) for one in variants), pictures[look]

    return max(pictures, key=place, default=None)
