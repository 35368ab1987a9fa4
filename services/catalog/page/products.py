"""The page of products: a row a group, with the holes among its pictures, and how it stands on channels."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api import products as product_api
from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.channels.verdict import WORST
from services.catalog.page.sign_in import signed_in_for_products
from services.catalog.page.standing import standing
from services.catalog.page.views import view
from services.catalog.queries import assets, product_list, products, verdicts

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_products)], default_response_class=HTMLResponse
)


@router.get("/products")
async def products_page(
    request: Request,
    deps: Given,
    who: Viewer,
    q: Text = "",
    missing: Text = "",
    channel: Text = "",
    state: Text = WORST[-1],
    cursor: Annotated[Cursor | None, Query()] = None,
) -> Response:
    """Products by SKU, of who sees some brands those of theirs. `state` counts with a channel only."""
    on = product_api.standing_so(deps, channel, state if channel else "")
    page = await product_list.groups(deps.database, text=q, missing=missing, on=on, cursor=cursor, scope=who.scope)
    items = [product_api.group(row) for row in page.rows]
    told = await verdicts.of_families(deps.database, [item.sku for item in items], who.scope)
    shown = await assets.some(deps.database, [item.picture for item in items if item.picture], who.scope)
    return await view(
        request,
        "products.html",
        items=items,
        cards={card["id"]: card for card in shown},
        standings={sku: standing(deps.channels.values(), variants) for sku, variants in told.items()},
        others=any(item.others for item in items),
        roles=products.ROLES,
        q=q,
        missing=missing,
        channel=channel,
        state=state,
        channels=[(one.channel, one.title) for one in deps.channels.values()],
        states=WORST,
        kept={"q": q, "channel": channel, "state": state if channel else ""},
        cursor=page.cursor,
    )
