"""Models and variants: links between rows that only the whole list can tell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from services.pim.product import Problem, Product, ProductList

Children = Mapping[str, Mapping[str, Mapping[str, str]]]


def with_families(
    file: str, products: Sequence[Product], children: Children, lines: Mapping[str, int], problems: Sequence[Problem]
) -> ProductList:
    """Parents and axes filled in, models marked; a parent that has no row of its own gets a model.

    children: model's SKU → variant's SKU → axes, as its row names them. lines: SKU → line.
    """
    named = {sku: (model, axes) for model, variants in children.items() for sku, axes in variants.items()}
    placed = [_placed(product, *named.get(product.sku, ("", {}))) for product in products]
    straight, cycles = _without_cycles(file, placed, lines)
    parents = {product.parent for product in straight if product.parent}
    marked = [replace(p, kind="model") if p.sku in parents else p for p in straight]
    known = {product.sku for product in marked}
    orphans: dict[str, list[Product]] = {sku: [] for sku in sorted(parents - known)}
    for product in marked:
        if product.parent in orphans:
            orphans[product.parent].append(product)
    made = [_made(sku, variants) for sku, variants in orphans.items()]
    return ProductList((*marked, *made), (*problems, *cycles), file, lines, frozenset(orphans))


def _placed(product: Product, model: str, axes: Mapping[str, str]) -> Product:
    parent = model or product.parent
    return replace(product, parent="" if parent == product.sku else parent, axes=axes or product.axes)


def _without_cycles(
    file: str, products: Sequence[Product], lines: Mapping[str, int]
) -> tuple[list[Product], list[Problem]]:
    up = {product.sku: product.parent for product in products}
    straight, problems, told = [], [], set[str]()
    for product in products:
        if way := circles(product.sku, up):
            cause = f"{' → '.join(way)}: these models name each other as parent."
            cure = "Give one of them no parent. They are taken without."
            if product.sku not in told:  # each circle once
                problems.append(Problem(file, lines.get(product.sku, 0), cause, cure))
            told |= set(way)
            straight.append(replace(product, parent=""))
        else:
            straight.append(product)
    return straight, problems


def circular(up: Mapping[str, str]) -> Iterator[str]:
    """Each circle of models once, with its cure. up: SKU → parent."""
    told = set[str]()
    for sku in sorted(up):
        if sku not in told and (way := circles(sku, up)):
            told |= set(way)
            yield f"{' → '.join(way)}: these models name each other as parent. Give one of them no parent."


def circles(sku: str, up: Mapping[str, str]) -> list[str]:
    """The way from a SKU by its parents back to itself; [] where it leads elsewhere. up: SKU → parent."""
    seen, at = [sku], up.get(sku, "")
    while at and at not in seen:
        seen.append(at)
        at = up.get(at, "")
    return [*seen, at] if at == sku else []


def _made(sku: str, variants: Sequence[Product]) -> Product:
    """A model that only its variants speak of. Its name is what their names begin with."""
    words = [product.name.replace(",", " ").split() for product in variants]
    common: list[str] = []
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        common.append(column[0])
    return Product("csv", "model", sku, sku, name=" ".join(common), category=variants[0].category)
