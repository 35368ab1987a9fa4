"""Folder profiles: what holds for what is dropped into each folder, and a form that changes it."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from schemas.rights import folder_of
from services.catalog.api.deps import Given, Text
from services.catalog.api.folders import get_folders
from services.catalog.api.rules import get_rules
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)


@router.get("/folders")
async def folders_page(request: Request, deps: Given, folder: Text = "") -> Response:
    """All profiles; folder: the one that the form begins with. Where the file does not hold, why."""
    try:
        found, fault = await get_folders(deps), ""
    except HTTPException as error:
        if error.status_code != 409:
            raise
        found, fault = None, str(error.detail)
    naming: dict[str, list[str]] = {}
    for rule in (await get_rules(deps)).rules:
        naming.setdefault(str(rule.get("folder") or ""), []).append(str(rule.get("name", "")))
    return await view(
        request,
        "folders.html",
        held=found.folders if found else {},
        said=found.said if found else {},
        fault=fault,
        naming=naming,
        rules=[name for names in naming.values() for name in names],
        folder=folder.strip("/"),
        own_rights=folder_of(found.said.get(folder.strip("/")) if found else None),
    )
