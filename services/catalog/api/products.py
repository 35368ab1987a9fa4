"""Products with their pictures by role, and the holes."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query

from services.catalog.api import links
from services.catalog.api.deps import Given, Text, gate
from services.catalog.api.models import MediaOf, ProductItem, ProductList, ProductWhole, SkuItem, VariantItem
from services.catalog.queries import products, skus
from services.catalog.queries.rows import Row

router = APIRouter(prefix="/v1", tags=["products"], dependencies=[Depends(gate)])


@router.get("/products")
async def list_products(
    deps: Given,
    q: Annotated[Text, Query(description="Part of a SKU or a name")] = "",
    missing: Annotated[Text, Query(description="Only with a variant that lacks this role")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: Annotated[Text | None, Query(description="`next` of the page before")] = None,
) -> ProductList:
    """Product models with their variants, and products that stand alone, by SKU."""
    page = await products.groups(deps.database, text=q, missing=missing, limit=limit, cursor=cursor)
    return ProductList(items=[group(row) for row in page.rows], next=page.cursor)


def group(row: Row) -> ProductItem:
    """A row as the API shows it."""
    roles = {role: row[f"role_{role}"] for role in products.ROLES if row[f"role_{role}"]}
    return ProductItem(
        sku=row["id"],
        name=row["name"],
        category=row["category"],
        variants=row["variants"],
        without_main=row["without_main"],
        main=row["main"],
        roles=roles,
        pictures=row["pictures"],
        picture=row["picture"],
        others=row["others"],
        other_roles=row["other_roles"],
    )


@router.get("/skus")
async def find_skus(
    deps: Given, q: Annotated[Text, Query(description="Part of a SKU, a name or a GTIN")] = ""
) -> list[SkuItem]:
    """Products and models that a picture can be linked to: at most 12, SKUs that begin with `q` first."""
    return [SkuItem(sku=found.sku, name=found.name) for found in await skus.found(deps.database, q)]


@router.get("/products/{sku:path}")
async def get_product(deps: Given, sku: Text) -> ProductWhole:
    """One product or model: its variants with their pictures, main first, and what is missing."""
    found = await products.family(deps.database, sku)
    if found is None:
        raise HTTPException(404, "There is no product of this SKU.")
    return whole(found)


def whole(found: products.Family) -> ProductWhole:
    """A family as the API shows it."""
    items = {v["sku"]: found.media.get(v["sku"], {}).get("items", []) for v in found.variants}
    missing = products.holes({sku: {item["role"] for item in media} for sku, media in items.items()})
    told = found.product
    return ProductWhole(
        **{name: told[name] for name in ("sku", "name", "kind", "gtin", "category", "parent", "status", "attributes")},
        variants=[
            VariantItem(
                **{name: variant[name] for name in ("sku", "name", "gtin", "axes")},
                main=found.media.get(variant["sku"], {}).get("main"),
                media=[_media(item, found.assets) for item in items[variant["sku"]]],
                missing=missing[variant["sku"]],
                order=found.orders.get(variant["sku"], []),
            )
            for variant in found.variants
        ],
    )


def _media(item: Row, assets: dict[str, Row]) -> MediaOf:
    card = assets.get(item["asset_id"])
    return MediaOf(**item, name=card["name"] if card else "", thumbnail=links.thumbnail(card) if card else None)
