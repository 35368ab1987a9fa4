"""Copies that are out of what may not be given any more: each is ticked when somebody has seen to it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.deps import Cursor, Given
from services.catalog.api.gate import at_least
from services.catalog.api.roles import Identity
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries import recalls

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)
AT_ONCE = 100


@router.get("/tasks")
async def tasks_page(
    request: Request,
    deps: Given,
    _: Annotated[Identity, Depends(at_least("approver"))],
    done: bool = False,
    cursor: Cursor | None = None,
) -> Response:
    """Those that are still to be done, or those that are."""
    page = await recalls.listed(deps.database, done=done, asset=None, limit=AT_ONCE, cursor=cursor)
    return await view(request, "tasks.html", found=page.items, done=done, next=page.cursor)
