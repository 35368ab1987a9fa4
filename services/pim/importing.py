"""What a product list would change, told before anything is sent. Pure: the list, and what stands.

A list is a patch (`patch.py`): what it does not name stays, rows and columns alike. A *full* list removes
rows. Where more than 2 % of what stands would go, or lose what its pictures are found by, somebody is asked first.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Protocol

from schemas.asin import asins_of
from schemas.groups import groups_of
from services.pim.families import circles
from services.pim.patch import Patch
from services.pim.product import Kind, Problem, Product, ProductList
from services.pim.renames import renamed

SAID = ("sku", "gtin", "name", "parent", "axes", "category", "attributes", "files")
MOST = 0.02
"""Share of the products that stand that an import may remove or unlink unasked."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an active product record counts here. A million of them are held at once."""

    kind: Kind
    sku: str
    gtin: str = ""
    parent: str = ""
    axes: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[str] = ()
    formerly: Sequence[str] = ()
    says: bytes = b""
    """`said_by` of it."""
    name: str = ""
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """At least those that the list does not say, ASINs and collections."""

    @property
    def asins(self) -> list[str]:
        """Its ASINs, among its attributes."""
        return asins_of(self.attributes)


def said_by(fields: Mapping[str, Any]) -> bytes:
    """All that a list can say of a product, in eight bytes: the same where a record and an event say the same."""
    said = json.dumps([fields.get(name) or None for name in SAID], sort_keys=True)
    return blake2b(said.encode(), digest_size=8).digest()


@dataclass(frozen=True)
class Difference:
    """What the import would do."""

    products: tuple[Product, ...]
    removed: tuple[Standing, ...]
    unlinked: tuple[str, ...]
    """Which product would lose what, in words."""
    turned: tuple[Standing, ...]
    """Models that became products, or products models: the kind is part of a record's key, so the old one goes."""
    known: int
    problems: tuple[Problem, ...]
    renamed: tuple[tuple[str, Standing], ...] = ()
    """SKU → what it was called so far: pictures and decisions go with it."""
    unchanged: int = 0
    """So many of the list stand already as it says: they are not among `products`."""

    @property
    def too_much(self) -> bool:
        """Whether a person has to be asked."""
        return len(self.removed) + len(self.unlinked) > MOST * self.known

    @property
    def new_names(self) -> str:
        """In words."""
        lines = [f"  {old.sku} is called {sku}" for sku, old in self.renamed]
        return "\n".join((f"{len(lines)} products have another SKU:", *_first(lines)))

    def __str__(self) -> str:
        gone = [f"{one.sku} goes" for one in self.removed]
        lines = [f"  {line}" for some in (gone, self.unlinked) for line in _first(some)]
        return "\n".join((f"of {self.known} products {len(gone)} go, {len(self.unlinked)} lose links:", *lines))


def _first(lines: Iterable[str]) -> list[str]:
    found = list(lines)
    more = len(found) - SHOWN
    return found if more <= 0 else [*found[:SHOWN], f"… and {more} more"]


def compare(listed: ProductList, standing: Mapping[str, Standing], *, full: bool, follow: bool = True) -> Difference:
    """standing: SKU → active product of the same system. `follow`: whether one may be known under another SKU."""
    called = renamed(listed.products, standing) if follow else {}
    moved = {old: sku for sku, old in called.items()}
    problems, products, patch = list(listed.problems), [], Patch(listed, standing, moved, full=full)
    for product in (_called_before(one, standing.get(called.get(one.sku, ""))) for one in listed.products):
        if product.sku in listed.implied and product.sku in standing:
            continue  # its own line was in another list, and says more
        before = standing.get(product.sku) or standing.get(called.get(product.sku, ""))
        if product.sku == listed.unended and standing:
            cause, cure = "The last line has no line end: it may be broken off.", "End it with a line break."
            problems.append(Problem(listed.file, listed.lines[product.sku], cause, f"{cure} It is left out."))
            continue
        products.append(patch.completed(product, before) if before else product)
    problems += implied(listed, listed.implied - standing.keys())
    others = {sku: one for sku, one in standing.items() if sku not in moved}
    problems += _strangers(listed, products, others)
    said = {product.sku for product in listed.products}
    gone = tuple(one for sku, one in others.items() if sku not in said) if full else ()
    straight, cycles = _without_circles(listed, products, {} if full else standing)
    lost = [
        loses(product, replace(before, parent=moved.get(before.parent, before.parent)))
        for product in straight
        if (before := standing.get(called.get(product.sku, product.sku)))
    ]
    unlinked = tuple(filter(None, lost))
    turned = (standing[p.sku] for p in straight if p.sku in standing and standing[p.sku].kind != p.kind)
    new_names = tuple((sku, standing[old]) for sku, old in called.items())
    return Difference(tuple(straight), gone, unlinked, tuple(turned), len(standing), (*problems, *cycles), new_names)


def _called_before(product: Product, old: Standing | None) -> Product:
    return replace(product, formerly=(old.sku, *old.formerly)) if old else product


def implied(listed: ProductList, models: Iterable[str]) -> list[Problem]:
    """Of models that only their variants speak of: said once, however many."""
    variants = {product.parent: product.sku for product in reversed(listed.products)}  # the first of each
    missing = sorted(models, key=lambda model: listed.lines.get(variants[model], 0))
    if not missing:
        return []
    first = variants[missing[0]]
    cause = f"The parent {missing[0]} of {first} has no line of its own and is not known."
    if len(missing) > 1:
        named = "; ".join(_first(f"{model} of {variants[model]}" for model in missing))
        cause = f"{len(missing)} parents have no line of their own and are not known: {named}."
    return [Problem(listed.file, listed.lines.get(first, 0), cause, "A model is made of its variants; add its line.")]


def _strangers(listed: ProductList, products: Iterable[Product], standing: Mapping[str, Standing]) -> Iterable[Problem]:
    """GTINs that products have which this list does not name."""
    owners = {one.gtin.zfill(14): one.sku for one in standing.values() if one.gtin and one.sku not in listed.lines}
    for product in products:
        other = owners.get(product.gtin.zfill(14)) if product.gtin else None
        if other:
            cause = f"The GTIN {product.gtin} belongs to {other}, imported before, and to {product.sku}."
            cure = "A GTIN names one product: correct one of them. Both are taken as they are."
            yield Problem(listed.file, listed.lines.get(product.sku, 0), cause, cure)


def _without_circles(
    listed: ProductList, products: list[Product], standing: Mapping[str, Standing]
) -> tuple[list[Product], list[Problem]]:
    """The list's own are cut already: these lead through products that stand."""
    up = {sku: one.parent for sku, one in standing.items()} | {product.sku: product.parent for product in products}
    found = {product.sku: way for product in products if (way := circles(product.sku, up))}
    problems = [
        Problem(
            listed.file,
            listed.lines.get(sku, 0),
            f"{' → '.join(way)}: with what was imported before, these models name each other as parent.",
            "Give one of them no parent. Those of this list are taken without.",
        )
        for sku, way in found.items()
        if sku == next(one for one in found if one in way)  # each circle once
    ]
    return [replace(product, parent="") if product.sku in found else product for product in products], problems


class Found(Protocol):
    """What pictures of a product are found by."""

    @property
    def sku(self) -> str: ...
    @property
    def gtin(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def axes(self) -> Mapping[str, str]: ...
    @property
    def files(self) -> Sequence[str]: ...
    @property
    def name(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def attributes(self) -> Mapping[str, str]: ...
    @property
    def asins(self) -> Sequence[str]: ...


def loses(product: Found, before: Found) -> str:
    """In words, what pictures of it may have been found by and that is gone or another; "" where there is none. Names,
    files, categories and collections change every day; of these it counts that none is left."""
    said = {"model": product.parent, "GTIN": product.gtin, **product.axes}
    held = {"model": before.parent, "GTIN": before.gtin, **before.axes}
    lost = [f"{name} {value}" for name, value in held.items() if value and said.get(name, "") != value]
    lost += [f"ASIN {asin}" for asin in before.asins if asin not in product.asins]
    now = _kinds(product)
    lost += [what for what, there in _kinds(before).items() if there and not now[what]]
    return f"{product.sku} loses {', '.join(lost)}" if lost else ""


def _kinds(one: Found) -> dict[str, bool]:
    """What it may have several of, or under another wording → whether there is any."""
    return {
        "its name": bool(one.name),
        "its category": bool(one.category),
        "all its collections": bool(groups_of("", one.attributes)),
        "all files that it named": bool(one.files),
    }
