"""Which products of a list are known under another SKU. Pure.

A list knows a product by its SKU, so one that is called otherwise looks like a new one, and its pictures and what
people decided would stay with the old. It is taken for the same where the list does not name the old SKU and exactly
one product on each side has the GTIN, or the model and axes where no GTIN gainsays; a model, where all its variants
have moved below the new one.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Protocol, TypeVar

Name = TypeVar("Name", bound=Hashable)


class Told(Protocol):
    """A product of the list, or one that stands."""

    @property
    def kind(self) -> str: ...
    @property
    def sku(self) -> str: ...
    @property
    def gtin(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def axes(self) -> Mapping[str, str]: ...


class Standing(Told, Protocol):
    """One that stands, with the SKUs that it had."""

    @property
    def formerly(self) -> Collection[str]: ...


def renamed(products: Iterable[Told], standing: Mapping[str, Standing]) -> dict[str, str]:
    """SKU in the list → the one that the product has so far. standing: SKU → product."""
    listed = {product.sku: product for product in products}
    left = [one for sku, one in standing.items() if sku not in listed]
    unnamed = {one.sku for one in left}
    new = [one for sku, one in listed.items() if sku not in standing or _was(unnamed, standing[sku])]
    found = {sku: old for sku, old in _pairs(new, left, _gtin).items() if listed[sku].kind == standing[old].kind}
    models = _models(listed, standing, found)
    moved = {old: sku for sku, old in models.items()}
    rest = [one for one in new if one.sku not in found and one.kind == "product"]
    followed = set(found.values())
    gone = [one for one in left if one.sku not in followed and one.kind == "product"]
    alike = _pairs(rest, gone, lambda one: _place(one, moved))
    found |= {sku: old for sku, old in alike.items() if not (listed[sku].gtin and standing[old].gtin)}
    return found | _models(listed, standing, found)


def _was(left: Collection[str], one: Standing) -> bool:
    """Whether an import that broke off has brought the new name, and not taken the old one away."""
    return any(sku in left for sku in one.formerly)


def _gtin(one: Told) -> str | None:
    return one.gtin.zfill(14) if one.gtin else None


def _place(one: Told, moved: Mapping[str, str]) -> Hashable | None:
    """Its model, as it is called from now on, and its axes."""
    return (moved.get(one.parent, one.parent), frozenset(one.axes.items())) if one.parent and one.axes else None


def _pairs(new: Iterable[Told], old: Iterable[Told], name: Callable[[Told], Name | None]) -> dict[str, str]:
    """Those that alone on their side bear a name which one of the other side bears, too."""
    sides: tuple[defaultdict[Name, list[str]], ...] = (defaultdict(list), defaultdict(list))
    for side, some in zip(sides, (new, old), strict=True):
        for one in some:
            if (key := name(one)) is not None:
                side[key].append(one.sku)
    after, before = sides
    return {skus[0]: before[key][0] for key, skus in after.items() if len(skus) == len(before.get(key, ())) == 1}


def _models(listed: Mapping[str, Told], standing: Mapping[str, Standing], found: Mapping[str, str]) -> dict[str, str]:
    """New models that have all variants of one that the list does not name."""
    had, has = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for one in standing.values():
        had[one.parent].add(one.sku)
    for variant in listed.values():
        has[variant.parent].add(found.get(variant.sku, variant.sku))
    models = {}
    for sku, variants in has.items():
        before = {standing[one].parent for one in variants if one in standing}
        old = next(iter(before)) if len(before) == 1 else ""
        is_new = sku in listed and sku not in standing and old in standing and old not in listed
        if is_new and had[old] <= variants:
            models[sku] = old
    return models
