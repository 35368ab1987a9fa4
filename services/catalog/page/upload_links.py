"""Upload links: the page on which editors make and close them, and the one that a link opens without an account."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.deps import Given, Text
from services.catalog.api.drops import get_drop, opened
from services.catalog.api.gate import Editor
from services.catalog.api.upload_links import UploadLinkWanted, list_upload_links
from services.catalog.inbound.naming import OF_TYPE
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import bare, view

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
DEFAULTS = {name: field.default for name, field in UploadLinkWanted.model_fields.items()}


@router.get("/upload-links", dependencies=[Depends(signed_in)])
async def upload_links_page(request: Request, deps: Given, who: Editor) -> Response:
    """All links, and a form for another."""
    found = await list_upload_links(deps, who)
    return await view(request, "upload_links.html", found=found, types=list(OF_TYPE), default=DEFAULTS)


@router.get("/u/{token}")
async def drop_page(deps: Given, token: Text) -> Response:
    """What a link opens: a place to drop files onto, and nothing else of the library."""
    try:
        found = await opened(deps, token)
    except HTTPException as error:
        return bare("drop.html", status=error.status_code, drop=None, why=error.detail)
    taken = sorted(ending for name in found.link.types for ending in OF_TYPE[name])
    drop = await get_drop(deps, found)
    again = any(one.state == "rejected" for one in drop.sent)
    return bare("drop.html", drop=drop, again=again, token=token, taken=taken, why="")
