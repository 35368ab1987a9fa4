"""The channels' page: which products are ready to go out, and what stands in the way of the others."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from schemas.readiness import State
from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.api.readiness import Wanted, list_channels, page
from services.catalog.channels.verdict import WORST, Readiness
from services.catalog.page.sign_in import signed_in_for_products
from services.catalog.page.views import view
from services.catalog.queries import assets
from services.catalog.queries.readiness import families

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_products)], default_response_class=HTMLResponse
)
PER_PAGE = 40
FIRST = "webshop"


def alike(items: Iterable[Readiness], families: Mapping[str, str]) -> list[tuple[Readiness, list[str]]]:
    """Verdicts of one model that differ in their SKU alone, as those of sizes do: the first of each, and its SKUs."""
    same: dict[tuple[str, str], tuple[Readiness, list[str]]] = {}
    for item in items:
        told = item.model_dump_json(exclude={"sku"})
        same.setdefault((families.get(item.sku, item.sku), told), (item, []))[1].append(item.sku)
    return list(same.values())


@router.get("/readiness")
async def readiness_page(
    request: Request,
    deps: Given,
    who: Viewer,
    channel: Text = FIRST,
    market: Text = "",
    on: Annotated[date | None, Query()] = None,
    q: Text = "",
    state: Annotated[State | None, BeforeValidator(lambda said: said or None)] = None,
    cursor: Cursor = "",
) -> Response:
    """One channel's verdicts, by SKU; what is told of several in the same words stands once."""
    which = Wanted(deps, channel if channel in deps.channels else next(iter(deps.channels)), market, on, q, state)
    found = await page(deps, which, PER_PAGE, cursor, who.scope)
    shown = {one.asset_id for item in found.items for place in item.places for one in place.pictures}
    return await view(
        request,
        "readiness.html",
        channels=await list_channels(deps),
        channel=which.channel,
        rules=which.channel.on(which.day),
        ahead=which.channel.ahead(datetime.now(UTC).date()),
        tally=None if who.scope.limited else deps.tally.of(which.channel.channel),
        states=WORST,
        asked={"channel": which.channel.channel, "market": market, "on": on or "", "q": q, "state": state or ""},
        told_of=alike(found.items, await families(deps.database, [item.sku for item in found.items])),
        following=found.next,
        cards={card["id"]: card for card in await assets.some(deps.database, sorted(shown), who.scope)},
    )
