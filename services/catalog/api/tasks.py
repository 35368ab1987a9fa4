"""Tasks: copies that are out of what may not be given any more, until a person says that each is seen to."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from schemas.recall import DONE, KIND, Done, Recall
from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.gate import at_least
from services.catalog.api.models_wanted import Accepted
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say
from services.catalog.queries import recalls

router = APIRouter(prefix="/v1/tasks", tags=["tasks"], dependencies=[Depends(at_least("approver"))])
Approver = Annotated[Identity, Depends(at_least("approver"))]
"""They let things out, so they see to what is out."""


class TaskItem(Recall):
    """One of them."""

    id: str


class TaskList(BaseModel):
    """A page of them. `next` is the cursor of the next, null at the end."""

    items: list[TaskItem]
    next: str | None
    waiting: int = Field(description="How many are still to be done, counted to 1,000")


class TaskWanted(BaseModel):
    """Whether somebody has seen to it."""

    done: bool = True
    note: str = Field(default="", max_length=500, examples=["Deleted from the agency's folder"])


@router.get("")
async def list_tasks(
    deps: Given,
    done: Annotated[bool, Query(description="Those that somebody has seen to, instead")] = False,
    asset: Annotated[Text | None, Query(description="Of this one only")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor | None = None,
) -> TaskList:
    """Who had what of a file that has expired, was archived or purged, when and where; taken longest ago first.

    Originals, packs, files of share links, feeds that somebody who is no channel has fetched, and places that were
    reported (`/v1/usage`). Of such feeds also what was unlinked, replaced, said not to fit or blocked by the channel's
    rules since (`because`). Where the file may be given so again, its tasks are none.
    """
    page = await recalls.listed(deps.database, done=done, asset=asset, limit=limit, cursor=cursor)
    items = [TaskItem(id=one.id, **one.recall.model_dump()) for one in page.items]
    return TaskList(items=items, next=page.cursor, waiting=await recalls.waiting(deps.database))


@router.post("/{task_id}", status_code=202)
async def tick_task(deps: Given, who: Approver, task_id: Text, wanted: TaskWanted) -> Accepted:
    """Say that it is done, with a note; `{"done": false}` takes that back. It shows within seconds."""
    if await recalls.one(deps.database, task_id) is None:
        raise HTTPException(404, "There is no task of this id. GET /v1/tasks tells them.")
    now = datetime.now(UTC)
    said: dict[str, Any] = {DONE: Done(by=who.name, at=now, note=wanted.note).model_dump(mode="json")}
    own = await say(
        deps,
        who.name,
        f"{KIND}/{task_id}",
        said if wanted.done else {},
        clear=() if wanted.done else (DONE,),
        why=wanted.note or None,
        at=now,
    )
    return Accepted(id=own)
