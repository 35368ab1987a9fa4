"""The channels' page: which products are ready to go out, and what stands in the way of the others."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.readiness import Wanted, list_channels, page
from services.catalog.channels.verdict import WORST
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries import assets

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)
PER_PAGE = 40
FIRST = "webshop"


@router.get("/readiness")
async def readiness_page(
    request: Request,
    deps: Given,
    channel: Text = FIRST,
    market: Text = "",
    on: Annotated[date | None, Query()] = None,
    q: Text = "",
    cursor: Cursor = "",
) -> Response:
    """One channel's verdicts, by SKU."""
    which = Wanted(deps, channel if channel in deps.channels else next(iter(deps.channels)), market, on, q)
    found = await page(deps, which, PER_PAGE, cursor)
    shown = {one.asset_id for item in found.items for place in item.places for one in place.pictures}
    return await view(
        request,
        "readiness.html",
        channels=await list_channels(deps),
        channel=which.channel,
        rules=which.channel.on(which.day),
        ahead=which.channel.ahead(datetime.now(UTC).date()),
        tally=deps.tally.of(which.channel.channel),
        states=WORST,
        asked={"channel": which.channel.channel, "market": market, "on": on or "", "q": q},
        found=found,
        cards={card["id"]: card for card in await assets.some(deps.database, sorted(shown))},
    )
