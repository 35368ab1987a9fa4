"""Endpoints that are told what changes: made, looked at, tried, sent again to, and removed on one page."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from schemas.webhook import EVENTS
from services.catalog.api.deps import Given
from services.catalog.api.gate import Admin
from services.catalog.api.webhooks import list_webhooks
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries.webhooks import to_try

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)


@router.get("/webhooks")
async def webhooks_page(request: Request, deps: Given, _: Admin) -> Response:
    """All endpoints with how far each is behind and why, and a form for another."""
    found = await list_webhooks(deps)
    tried = {one.id: await to_try(deps.database, one.events) for one in found}
    return await view(request, "webhooks.html", found=found, events=EVENTS, tried=tried)
