"""Assets: the list with its filters, the counts beside it, and one asset whole."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from services.catalog.api.asset_whole import item, whole_item
from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.ended import missing
from services.catalog.api.filtering import Asked
from services.catalog.api.gate import Viewer, in_scope
from services.catalog.api.known_names import only_known
from services.catalog.api.models import (
    AssetItem,
    AssetList,
    AssetWhole,
    Counted,
)
from services.catalog.queries import asset as one
from services.catalog.queries import assets as many
from services.catalog.queries import facets, own_fields, widened
from services.catalog.queries.notes import notes

router = APIRouter(prefix="/v1", tags=["assets"], dependencies=[Depends(in_scope("viewer"))])
ENDED: dict[int | str, dict[str, Any]] = {
    308: {"description": "Merged into another asset, named by `Location` and `merged_into`"},
    410: {"description": "Purged; `take_back` is the request that takes the purge back"},
}


@router.get("/assets", dependencies=[Depends(only_known)])
async def list_assets(
    deps: Given,
    asked: Asked,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: Annotated[Cursor | None, Query(description="`next` of the page before")] = None,
) -> AssetList:
    """Best match first, then newest first."""
    looked_for, page = await widened.found(deps.database, asked, limit=limit, cursor=cursor, counted=cursor is None)
    items = [AssetItem(**item(card)) for card in page.rows]
    if cursor:
        return AssetList(items=items, next=page.cursor, notes=notes(looked_for))
    counted = many.MOST_COUNTED if page.total is None else page.total
    more = page.total is None
    return AssetList(
        items=items, next=page.cursor, total=counted, total_more=more, notes=notes(looked_for, empty=not items)
    )


@router.get("/facets", dependencies=[Depends(only_known)])
async def count_facets(deps: Given, asked: Asked) -> dict[str, list[Counted]]:
    """Each facet's most frequent values under the other filters."""
    defined = await own_fields.defined(deps.database)
    found = await facets.counts(deps.database, asked, defined)
    if not found.any and (wider := await widened.widened(deps.database, asked)):
        found = await facets.counts(deps.database, wider, defined)
    return {
        name: [Counted(value=c.value, count=c.assets, more=not found.whole) for c in counts]
        for name, counts in found.facets.items()
    }


@router.get("/assets/{asset_id}", responses=ENDED)
async def get_asset(deps: Given, who: Viewer, asset_id: Text) -> AssetWhole:
    """Everything that is known of one asset.

    410 for a purged one: `purged` has when, by whom and why, `take_back` the request that takes the purge back. 308 to
    the asset that goes on where its file was only moved.
    """
    found = await one.whole(deps.database, asset_id, who.scope)
    if found is None:
        raise await missing(deps, asset_id)
    return await whole_item(deps, who.scope, found)
