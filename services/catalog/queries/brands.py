"""What of products somebody sees who is limited: those of some brands, as PIMs name them, and where pictures are named
by folder or collection, those that the pictures seen are linked to: products themselves are of no folder.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.database import Database
from services.catalog.queries.scope import conditions as of_pictures
from services.catalog.queries.scope import seen
from services.catalog.scope import Scope


def condition(product: str, brands: str) -> str:
    """What a row of `catalog.product` or `catalog.sold` must fulfil: its brand, else its model's. brands: `named`."""
    model = (
        f"SELECT FROM catalog.product model WHERE model.sku = {product}.parent AND model.kind = 'model' "
        f"AND model.status = 'active' AND model.brand = ANY({brands}::text[])"
    )
    return f"({product}.brand = ANY({brands}::text[]) OR {product}.brand = '' AND EXISTS ({model}))"


def conditions(scope: Scope, product: str, taken: int) -> tuple[str, list[Any]]:
    """What a row of `catalog.product` or `catalog.sold` must fulfil besides, as ` AND …`, and its values, whose
    parameters come after so many that are taken.
    """
    values: list[Any] = []

    def mark(value: Any) -> str:
        values.append(value)
        return f"${taken + len(values)}"

    parts = [condition(product, mark(named(scope)))] if scope.brands else []
    if scope.folders or scope.collections:
        seen_there = " AND ".join(of_pictures(scope, mark))
        parts.append(
            f"EXISTS (SELECT FROM catalog.asset a WHERE a.skus @> ARRAY[{product}.sku::text] AND {seen_there})"
        )
    return "".join(f" AND {part}" for part in parts), values


def named(scope: Scope) -> list[str]:
    """As the view has them."""
    return [brand.lower() for brand in scope.brands]


def is_of(product: Mapping[str, Any], model: Mapping[str, Any], brands: Sequence[str]) -> bool:
    """The same of rows that are read already. brands: `named`; none: all."""
    return not brands or (product["brand"] or model.get("brand", "")) in brands


async def visible(database: Database, scope: Scope, assets: Sequence[str | None]) -> set[str]:
    """Those of a product's pictures that this one may look at: a product has pictures that lie elsewhere, too."""
    there = {one for one in assets if one}
    return await seen(database, scope, there) if scope.limited else there
