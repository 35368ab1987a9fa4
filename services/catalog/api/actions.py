"""Who had what done that is no decision about a thing: uploads, retries, replays, jobs … Noted before it is done."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from schemas.action import KIND, Action
from services.catalog.api.deps import Cursor, Deps, Given, Text
from services.catalog.api.gate import at_least
from services.catalog.api.known_names import only_known
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say
from services.catalog.once.ids import new_id
from services.catalog.queries import actions

router = APIRouter(prefix="/v1/actions", tags=["system"], dependencies=[Depends(at_least("manager"))])
What = Literal["upload", "retry", "replay", "away", "job"]


class ActionItem(Action):
    """One action."""

    id: str


class ActionList(BaseModel):
    """The newest first."""

    items: list[ActionItem]
    next: str | None


@router.get("", dependencies=[Depends(only_known)])
async def list_actions(
    deps: Given,
    what: What | None = None,
    by: Annotated[Text, Query(description="Only those by this name")] = "",
    asset: Annotated[Text, Query(description="Only retries of this asset")] = "",
    key: Annotated[Text, Query(description="Only uploads of this name in the inbox")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[Cursor | None, Query(description="`next` of the page before")] = None,
) -> ActionList:
    """Who got leave to upload what, and who had work done again, dead letters sent again or
    put away, or bulk jobs turned.

    They show within seconds. What came of an upload is on its asset's time line.
    """
    page = await actions.listed(deps.database, what=what or "", by=by, asset=asset, key=key, limit=limit, cursor=cursor)
    return ActionList(items=[ActionItem(id=own, **one.model_dump()) for own, one in page.items], next=page.cursor)


async def note(
    deps: Deps,
    who: Identity,
    what: What,
    *,
    key: str | None = None,
    until: datetime | None = None,
    asset: str | None = None,
    detail: str = "",
) -> None:
    """Returns when Kafka has it: what it does not have, is not done. Raises Unavailable."""
    made = Action(what=what, by=who.name, at=datetime.now(UTC), key=key, until=until, asset=asset, detail=detail)
    fields = made.model_dump(mode="json", exclude_defaults=True)
    await say(deps, who.name, f"{KIND}/{new_id()}", fields, at=made.at)
