"""The reader of documents: its part of the asset's page, and that part alone for who turns a page."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.assets import get_asset
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.api.models import AssetWhole
from services.catalog.page.reader import Reader, is_document, read, text_key
from services.catalog.page.sign_in import signed_in_for_a_part
from services.catalog.page.views import bare

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_a_part)], default_response_class=HTMLResponse
)
Page = Annotated[int | None, Query(ge=1, le=1_000_000, description="Default: the first that has what is looked for")]
Find = Annotated[Text, Query(max_length=200)]


async def reader(deps: Deps, asset: AssetWhole, page: int | None, find: str) -> Reader | None:
    """What is read of it; None of what is no document. Raises Unavailable."""
    if not is_document(asset):
        return None
    return await asyncio.to_thread(read, asset, await _text(deps, asset), page, find)


async def _text(deps: Deps, asset: AssetWhole) -> str | None:
    key = text_key(asset)
    if key is None:
        return None
    stored = await deps.library.get(key)
    # The collector takes what nothing names any more: where it is gone, a new version has come meanwhile.
    return stored.body.decode("utf-8", "replace") if stored else None


@router.get("/assets/{asset_id}/pages")
async def pages(deps: Given, who: Viewer, asset_id: Text, page: Page = None, find: Find = "") -> Response:
    """One page of a document."""
    asset = await get_asset(deps, who, asset_id)
    found = await reader(deps, asset, page, find)
    if found is None:
        raise HTTPException(404, "There are no pages of it.")
    return bare("_reader.html", asset=asset, reader=found)
