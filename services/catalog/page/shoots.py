"""Pages of shoots: the folders that files were dropped into, and what became of each file."""

from typing import NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from schemas.names import REPORT
from services.catalog.api import shoots as api
from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.gate import Viewer, only_folders
from services.catalog.api.models_shoots import Counts
from services.catalog.page.sign_in import signed_in_for_a_part
from services.catalog.page.views import view

router = APIRouter(
    include_in_schema=False,
    dependencies=[Depends(signed_in_for_a_part), Depends(only_folders)],
    default_response_class=HTMLResponse,
)
ORDER = ("ready", "working", "waiting", "rejected", "refused", "failed")
PER_PAGE, FILES = 30, 100


class Part(NamedTuple):
    """A part of the bar: how many files stand so, where it begins and how wide it is, of 100."""

    state: str
    files: int
    x: float
    width: float


def parts(counts: Counts) -> list[Part]:
    """The bar of a shoot, without what is none."""
    told = [(state, getattr(counts, state)) for state in ORDER]
    whole = sum(files for _, files in told) or 1
    made, x = [], 0.0
    for state, files in told:
        width = 100 * files / whole
        if files:
            made.append(Part(state, files, round(x, 2), round(width, 2)))
        x += width
    return made


@router.get("/shoots")
async def shoot_list(request: Request, deps: Given, who: Viewer, cursor: Cursor | None = None) -> Response:
    """All shoots, the newest first."""
    found = await api.list_shoots(deps, who, limit=PER_PAGE, cursor=cursor)
    return await view(request, "shoots.html", shoots=found, parts=parts)


@router.get("/shoots/{folder:path}")
async def shoot_page(
    request: Request, deps: Given, who: Viewer, folder: Text, status: Text = "", cursor: Cursor | None = None
) -> Response:
    """One shoot."""
    try:
        found = await api.get_shoot(deps, who, folder, [status] if status else [], FILES, cursor)
    except HTTPException as error:
        if error.status_code != 404:
            raise
        return await view(request, "missing.html", status=404, what=f"No file lies in {folder}", back="/shoots")
    return await view(request, "shoot.html", shoot=found, parts=parts(found.counts), only=status, report=REPORT)
