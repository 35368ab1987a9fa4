"""The page of all collections. Each one is a view of the library: `/?collection=<id>`."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.collections import items
from services.catalog.api.deps import Given
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries import collections

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)


@router.get("/collections")
async def collection_list(request: Request, deps: Given) -> Response:
    """All of them, the last changed first."""
    found = await items(deps, await collections.known(deps.database))
    return await view(request, "collections.html", items=found)
