"""Products of some brands, as PIMs name them: what of products somebody sees who is limited to brands."""

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.database import Database
from services.catalog.queries.scope import seen
from services.catalog.scope import Scope


def condition(product: str, brands: str) -> str:
    """What a row of `catalog.product` or `catalog.sold` must fulfil: its brand, else its model's. brands: `named`."""
    model = (
        f"SELECT FROM catalog.product model WHERE model.sku = {product}.parent AND model.kind = 'model' "
        f"AND model.status = 'active' AND model.brand = ANY({brands}::text[])"
    )
    return f"({product}.brand = ANY({brands}::text[]) OR {product}.brand = '' AND EXISTS ({model}))"


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
