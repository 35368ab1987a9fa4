"""Products by what somebody types, to link a picture to one of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from schemas.groups import in_words
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Anybody, in_scope
from services.catalog.api.known_names import only_known
from services.catalog.api.models_products import SkuItem
from services.catalog.queries import groups, skus

router = APIRouter(prefix="/v1", tags=["products"], dependencies=[Depends(in_scope("channel"))])


@router.get("/skus", dependencies=[Depends(only_known)])
async def find_skus(
    deps: Given, who: Anybody, q: Annotated[Text, Query(description="Part of a SKU, a name or a GTIN")] = ""
) -> list[SkuItem]:
    """Products and models that a picture can be linked to: at most 12, SKUs that begin with `q` first; then categories
    and collections. Who is limited to folders or collections finds those that the pictures there are linked to.
    """
    listed = [SkuItem(sku=found.sku, name=found.name) for found in await skus.found(deps.database, q, scope=who.scope)]
    if who.scope.limited:
        return listed  # categories and collections are of all brands
    return listed + [
        SkuItem(sku=name, name=f"All of the {in_words(name)}") for name in await groups.found(deps.database, q)
    ]
