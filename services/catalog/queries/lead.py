"""Which picture stands for a product wherever it is listed: the first of its gallery, as its own page shows it.

Of a model that is its first variant (by SKU) with a main picture, before pictures of the model itself. Where none has a
main picture, it is the first picture that there is.
"""

from services.catalog.queries.scope import conditions
from services.catalog.queries.twins import Mark
from services.catalog.scope import Scope

PLACED = """i.value ->> 'asset_id' AS asset, i.value ->> 'role' AS role, i.n,
         coalesce(i.value ->> 'asset_id' = m.main, false) AS said,
         coalesce(i.value ->> 'asset_id' = m.main, false) OR i.value ->> 'role' IN ('main', 'front') AS leads"""
"""Columns of a place in the gallery of `catalog.product_media m`. i (value, n): its items WITH ORDINALITY."""
LEAD = "(array_agg(asset ORDER BY leads DESC, of_model, sku, said DESC, n) FILTER (WHERE shown))[1]"
"""Of places with `of_model` (it is the model's own), `sku` and `shown` (it is live, and who asks may see it)."""


def in_sight(scope: Scope, mark: Mark) -> str:
    """What `shown` asks of the picture of a place beside being live."""
    if not scope.limited:
        return ""
    lies = " AND ".join(conditions(scope, mark, "b"))
    return f"AND EXISTS (SELECT FROM catalog.asset b WHERE b.id = i.value ->> 'asset_id' AND {lies})"
