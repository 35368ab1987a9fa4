"""A product's page: its variants by what they look like, their pictures by role, and how they stand on channels."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api import products as product_api
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.api.models_products import ProductWhole
from services.catalog.page import looks
from services.catalog.page.alts import alts
from services.catalog.page.on_channels import Known, Line, on_channels
from services.catalog.page.sign_in import signed_in_for_products
from services.catalog.page.views import view
from services.catalog.queries import assets, products
from services.catalog.queries.brands import visible
from services.catalog.queries.readiness import known_by, media

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_products)], default_response_class=HTMLResponse
)


@router.get("/products/{sku:path}")
async def product_page(request: Request, deps: Given, who: Viewer, asked: product_api.Asked, sku: Text) -> Response:
    """One product: its variants as columns, roles as rows; to everybody, or to one audience."""
    found = await products.family(deps.database, sku, who.scope)
    if found is None:
        return await view(request, "missing.html", status=404, what=f"There is no product {sku}", back="/products")
    there = await visible(deps.database, who.scope, list(found.assets)) if who.scope.limited else None
    product, of_all = (_shown(product_api.whole(found, one), there) for one in (asked, product_api.EVERYBODY))
    columns, reach = looks.looks(product), looks.reach(of_all)
    told = await alts(deps.database, {item.asset_id for variant in product.variants for item in variant.media})
    lines = await _lines(deps, columns, [asked.market] if asked.market else ["", *reach.get("market", [])], there)
    return await view(
        request,
        "product.html",
        product=product,
        columns=columns,
        rows=looks.rows(columns),
        alts=told,
        asked=asked._asdict(),
        reach=reach,
        lines=lines if product.status == "active" else [],
        thumbnails=await _thumbnails(deps, lines),
    )


def _shown(told: ProductWhole, there: set[str] | None) -> ProductWhole:
    """there: the pictures that who asks may look at; None: all."""
    return told if there is None else product_api.veiled(told, there)


async def _lines(deps: Deps, columns: list[looks.Look], markets: list[str], there: set[str] | None) -> list[Line]:
    skus = [look.skus[0] for look in columns]
    found = Known(await media(deps.database, skus), await known_by(deps.database, skus))
    return on_channels(deps.channels.values(), columns, found, markets, datetime.now(UTC).date(), there)


async def _thumbnails(deps: Deps, lines: list[Line]) -> set[str]:
    """Assets that have one, of all that are told of."""
    told = (one.told for line in lines for cell in line.cells for one in cell.verdicts)
    shown = {picture.asset_id for one in told for place in one.places for picture in place.pictures}
    return {card["id"] for card in await assets.some(deps.database, sorted(shown)) if card["thumbnail"]}
