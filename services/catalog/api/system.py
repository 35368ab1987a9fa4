"""Health, totals, the live stream, and sign-in links."""

import asyncio
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse

from runtime.outage import Unavailable
from services.catalog.api.access import LINK_SECONDS
from services.catalog.api.deps import Given
from services.catalog.api.gate import Admin, Anybody, gate, identity, still_known
from services.catalog.api.hearing import hears
from services.catalog.api.models_system import Latency, SignInLink, Summary
from services.catalog.api.models_wanted import SignInWanted
from services.catalog.api.reached import address
from services.catalog.api.wanted_scope import scope_of
from services.catalog.queries import summary as sums

open_router = APIRouter(prefix="/v1", tags=["system"])
router = APIRouter(prefix="/v1", tags=["system"], dependencies=[Depends(gate)])
within_router = APIRouter(prefix="/v1", tags=["system"])
"""Of who is limited to a part, too."""
ADMIN = SignInWanted()


@open_router.get("/health")
async def health(deps: Given) -> JSONResponse:
    """Whether the API can read the catalogue. Open to everybody, and says nothing else."""
    try:
        async with asyncio.timeout(5), deps.database.transaction() as connection:
            await connection.fetchval("SELECT 1")
    except (Unavailable, TimeoutError):
        return JSONResponse({"status": "waiting for PostgreSQL"}, 503)
    return JSONResponse({"status": "well"})


@router.get("/summary")
async def get_summary(deps: Given) -> Summary:
    """Totals over the library."""
    states, totals = await sums.by_state(deps.database), await sums.totals(deps.database)
    assets = {
        "total": totals["assets"],
        "ready": states["ready"] + states["complete"],
        **{name: states[name] for name in ("refused", "waiting", "failed", "working")},
    }
    return Summary(
        assets=assets,
        by_state=states,
        **{name: totals[name] for name in ("versions", "renditions", "bytes", "links", "products")},
        tags={"assets_with_label": totals["with_label"], "assets_with_colour": totals["with_colour"]},
        linked_assets=totals["linked"],
        suggested_assets=totals["suggested"],
        latency_ms={
            stage: Latency(p50=round(values[0], 1), p95=round(values[1], 1)) if values else None
            for stage, values in totals["latency_ms"].items()
        },
    )


@within_router.get("/openapi.json", include_in_schema=False, dependencies=[Depends(identity)])
async def describe(request: Request) -> JSONResponse:
    """This API as OpenAPI 3.1: for every key, whatever it may."""
    return JSONResponse(request.app.openapi())


@within_router.get("/live", response_class=StreamingResponse)
async def live(request: Request, deps: Given, who: Anybody) -> StreamingResponse:
    """Server-sent events: `asset` with id, state and stage when one has changed; `film` with what `films` of an asset

    say of a rung that is being made; `shoot` with the folder of one that has settled; `again`: look at everything anew.
    Who is limited to a part hears of what lies in it, and of shoots where it is folders. A key of the role `channel`
    hears of assets alone, by what it may be given: `state` is live, closed (under embargo, or expired) or gone.
    It ends within 15 seconds when the key or session that opened it ends.
    """
    if deps.live.full():
        raise HTTPException(503, "As many pages follow as the setting live_clients allows.", {"Retry-After": "30"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    told = deps.live.follow(hears(deps.database, who), lambda: still_known(request))
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


@router.post("/sign-in-links", status_code=201)
async def make_sign_in_link(request: Request, deps: Given, who: Admin, wanted: SignInWanted = ADMIN) -> SignInLink:
    """A link that signs a browser in once within 15 minutes, as somebody with a role, to all or a part of the library.

    Only for the holder of a key.
    """
    if who.by_cookie:
        raise HTTPException(403, "Only an admin's key makes sign-in links.")
    token = deps.access.link(wanted.name, wanted.role, await scope_of(deps, wanted))
    url = f"{address(request)}/sign-in?token={token}"
    return SignInLink(url=url, expires=datetime.now(UTC) + timedelta(seconds=LINK_SECONDS))
