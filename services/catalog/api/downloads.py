"""Who took originals and packs, by which key, account or share link. Noted before the first byte is given."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from schemas.download import KIND, Download
from services.catalog.api.deps import Cursor, Deps, Given, Text
from services.catalog.api.gate import at_least
from services.catalog.api.known_names import only_known
from services.catalog.api.saying import say
from services.catalog.once.ids import new_id
from services.catalog.queries import downloads

router = APIRouter(prefix="/v1/downloads", tags=["assets"], dependencies=[Depends(at_least("manager"))])


class DownloadItem(Download):
    """One download."""

    id: str


class DownloadList(BaseModel):
    """The newest first."""

    items: list[DownloadItem]
    next: str | None


@router.get("", dependencies=[Depends(only_known)])
async def list_downloads(
    deps: Given,
    asset: Annotated[Text, Query(description="Only those that this asset was in")] = "",
    by: Annotated[Text, Query(description="Only those by this name")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[Cursor | None, Query(description="`next` of the page before")] = None,
) -> DownloadList:
    """Originals and packs that were taken, and by whom; what share links gave, too. They show within seconds."""
    page = await downloads.listed(deps.database, asset=asset, by=by, limit=limit, cursor=cursor)
    return DownloadList(items=[DownloadItem(id=own, **one.model_dump()) for own, one in page.items], next=page.cursor)


async def note(deps: Deps, taken: Download) -> None:
    """Returns when Kafka has it: what it does not have, nobody is given. Raises Unavailable."""
    fields = taken.model_dump(mode="json", exclude_none=True)
    await say(deps, taken.by, f"{KIND}/{new_id()}", fields, at=taken.at)
