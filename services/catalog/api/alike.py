"""What is alike: the same photograph in other files, and similar pictures."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.catalog.api import links
from services.catalog.api.assets import ENDED
from services.catalog.api.deps import Given, Text
from services.catalog.api.ended import missing
from services.catalog.api.gate import Viewer
from services.catalog.api.models import AlikeAnswer, AssetItem, SameItem, SimilarItem
from services.catalog.queries import alike as queries
from services.catalog.queries.rows import Row
from services.catalog.queries.scope import seen
from services.catalog.scope import EVERYTHING

router = APIRouter(prefix="/v1", tags=["assets"])
SIMILAR = 12


@router.get("/assets/{asset_id}/alike", responses=ENDED)
async def get_alike(
    deps: Given,
    who: Viewer,
    asset_id: Text,
    similar: Annotated[int, Query(ge=0, le=100, description="Most similar pictures to give")] = SIMILAR,
) -> AlikeAnswer:
    """Other assets whose shown version is the same photograph, however it was altered, and those that look similar.

    Another shot, and another colour of the same garment, are similar at most. 410 and 308 as for the asset itself.
    """
    if not await seen(deps.database, EVERYTHING, [asset_id]):
        raise await missing(deps, asset_id)
    found = await queries.alike(deps.database, asset_id, most_similar=similar, within=who.scope)
    return AlikeAnswer(
        compared=bool(found.state and found.state["compared"] and not found.state["problem"]),
        problem=found.state["problem"] if found.state else None,
        same=[
            SameItem(asset=_item(row), same_bytes=row["same_bytes"], mirrored=row["mirrored"], shared=row["shared"])
            for row in found.same
        ],
        similar=[SimilarItem(asset=_item(row), likeness=row["likeness"]) for row in found.similar],
    )


def _item(row: Row) -> AssetItem:
    return AssetItem(**{**row, "thumbnail": links.thumbnail(row)})
