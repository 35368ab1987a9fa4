"""The crop view: all shapes of a picture at once, its focal point, and each crop."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.catalog.api.assets import get_asset
from services.catalog.api.deps import Given, Text
from services.catalog.api.ended import Gone
from services.catalog.api.gate import Viewer
from services.catalog.page.crop_cards import cards
from services.catalog.page.sign_in import signed_in_for_a_part
from services.catalog.page.views import view

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_a_part)], default_response_class=HTMLResponse
)


@router.get("/assets/{asset_id}/crops")
async def crop_view(request: Request, deps: Given, who: Viewer, asset_id: Text) -> Response:
    """Of one picture. What has pages or only films is not cut here."""
    try:
        asset = await get_asset(deps, who, asset_id)
    except HTTPException as error:
        if isinstance(error, Gone) and (into := error.ended.merged_into):
            return RedirectResponse(f"/assets/{into}/crops", 308)
        if error.status_code not in (404, 410):
            raise
        return await view(request, "missing.html", status=404, what="There is no such picture", back="/")
    found = cards(asset)
    if found is None:
        back = f"/assets/{asset.id}"
        return await view(request, "missing.html", status=404, what="There is no picture of it to crop", back=back)
    return await view(request, "crops.html", asset=asset, cards=found)
