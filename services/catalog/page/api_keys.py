"""Keys for programs: made by a form, shown once, revoked by a button."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.deps import Given
from services.catalog.api.gate import Admin
from services.catalog.api.keys import KeyWanted, list_keys
from services.catalog.api.roles import ABOUT
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries import collections

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)


@router.get("/keys")
async def keys_page(request: Request, deps: Given, _: Admin) -> Response:
    """All keys without their secrets, and a form for another."""
    known = {one.id: one.collection.name for one in await collections.known(deps.database)}
    return await view(
        request,
        "api_keys.html",
        found=await list_keys(deps),
        roles=ABOUT,
        days=KeyWanted.model_fields["days"].default,
        collections=known,
        now=datetime.now(UTC),
    )
