"""What can be set: an overview that leads to the page of each, for who may."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.deps import Deps, Given
from services.catalog.api.folders import get_folders
from services.catalog.api.gate import Manager
from services.catalog.api.keys import list_keys
from services.catalog.api.rules import get_rules
from services.catalog.api.webhooks import list_webhooks
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.page.words import many
from services.catalog.queries import own_fields

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)


@router.get("/settings")
async def settings_page(request: Request, deps: Given, who: Manager) -> Response:
    """What a manager sets, and for admins what they do; each with how it stands."""
    stands = {
        "folders": await _folders(deps),
        "rules": many(len((await get_rules(deps)).rules), "rule"),
        "fields": many(len(await own_fields.defined(deps.database)), "field"),
    }
    if who.may("admin"):
        stands |= await _of_admins(deps)
    return await view(request, "settings.html", stands=stands)


async def _folders(deps: Deps) -> str:
    try:
        return many(len((await get_folders(deps)).said), "profile")
    except HTTPException as error:
        if error.status_code != 409:
            raise
        return "the file does not hold"


async def _of_admins(deps: Deps) -> dict[str, str]:
    keys = [one for one in await list_keys(deps) if not one.revoked]
    hooks = await list_webhooks(deps)
    silent = sum(one.state in ("failing", "given up") for one in hooks)
    told = many(len(hooks), "endpoint") + (f", {silent} not answering" if silent else "")
    return {"keys": many(len(keys), "key"), "webhooks": told}
