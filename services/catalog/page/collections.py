"""The pages of all collections and of all share links. A collection is a view of the library: `/?collection=<id>`."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.collections import items
from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.gate import at_least
from services.catalog.api.shares import get_history, list_shares
from services.catalog.api.shares import items as links_of
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries import collections, shares

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)


@router.get("/collections")
async def collection_list(request: Request, deps: Given) -> Response:
    """All of them, the last changed first."""
    found = await items(deps, await collections.known(deps.database))
    return await view(request, "collections.html", items=found)


@router.get("/shares", dependencies=[Depends(at_least("approver"))])
async def share_list(request: Request, deps: Given) -> Response:
    """All links, the newest first."""
    return await view(request, "shares.html", items=await list_shares(request, deps))


@router.get("/shares/{share_id}", dependencies=[Depends(at_least("approver"))])
async def share_page(request: Request, deps: Given, share_id: Text, older: Cursor = "") -> Response:
    """What happened to one, and by it. older: the page of it that is shown."""
    happened = await get_history(deps, share_id, cursor=older)
    (item,) = links_of(request, deps, [one for one in [await shares.one(deps.database, share_id)] if one])
    return await view(request, "share.html", item=item, happened=happened, older=older)
