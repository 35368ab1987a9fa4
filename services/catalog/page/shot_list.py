"""The page of the shot list: what has still to be photographed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.api.shot_list import OWN_SHOP, PAGE, page, sought
from services.catalog.page.sign_in import signed_in_for_products
from services.catalog.page.views import view

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_products)], default_response_class=HTMLResponse
)


@router.get("/shot-list")
async def shot_list_page(
    request: Request,
    deps: Given,
    who: Viewer,
    channel: Annotated[list[Text], Query(max_length=20)] = [OWN_SHOP],  # noqa: B006
    market: Text = "",
    q: Text = "",
    required: bool = False,
    cursor: Cursor = "",
) -> Response:
    """Pictures to take for some channels, by product."""
    known = [name for name in channel if name in deps.channels] or [next(iter(deps.channels))]
    asked = sought(deps, known, market, q, required)
    return await view(
        request,
        "shot_list.html",
        found=await page(deps, asked, PAGE, cursor, who.scope),
        channels=deps.channels,
        asked=asked,
    )
