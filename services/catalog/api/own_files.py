"""Own files for presets: what people gave for one asset, used or not."""

from fastapi import APIRouter

from services.catalog.api.asset_whole import item
from services.catalog.api.assets import ENDED
from services.catalog.api.deps import Given, Text
from services.catalog.api.ended import missing
from services.catalog.api.gate import Viewer
from services.catalog.api.models import AssetItem, AssetList
from services.catalog.queries import own_files
from services.catalog.queries.scope import seen
from services.catalog.scope import EVERYTHING

router = APIRouter(prefix="/v1", tags=["assets"])


@router.get("/assets/{asset_id}/own-files", responses=ENDED)
async def list_own_files(deps: Given, who: Viewer, asset_id: Text) -> AssetList:
    """What was uploaded for one preset of this asset (`preset`), the newest first, used or not; no list has it.

    One that is used is named by its `sha256` in `curation` of the asset, as `file:<preset>`. 410 and 308 as for the
    asset itself; once it is purged they are pictures of their own again.
    """
    if not await seen(deps.database, EVERYTHING, [asset_id]):
        raise await missing(deps, asset_id)
    rows = await own_files.given_for(deps.database, asset_id, who.scope)
    return AssetList(items=[AssetItem(**item(row)) for row in rows], next=None, total=len(rows))
