"""All that happened to an asset, page by page."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.catalog.api.assets import ENDED
from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.ended import missing
from services.catalog.api.gate import Viewer
from services.catalog.api.history import MOST, cursor_of, history, place_of
from services.catalog.api.models import HistoryList
from services.catalog.queries import asset as one

router = APIRouter(prefix="/v1", tags=["assets"])


@router.get("/assets/{asset_id}/history", responses=ENDED)
async def get_asset_history(
    deps: Given,
    who: Viewer,
    asset_id: Text,
    limit: Annotated[int, Query(ge=1, le=200)] = MOST,
    cursor: Annotated[Cursor, Query(description="`next` of the page before, or the asset's `history_next`")] = "",
) -> HistoryList:
    """What people decided, with who and why, which version came and went live, and what the workers wrote.

    `limit` is about what the archive has; what the workers wrote meanwhile stands between. 410 and 308 as for it.
    """
    place = place_of(asset_id, cursor)
    found = await one.whole(deps.database, asset_id, who.scope)
    if found is None:
        raise await missing(deps, asset_id)
    told = await history(deps, found, place, limit)
    return HistoryList(items=told.items, next=cursor_of(asset_id, told.end))
