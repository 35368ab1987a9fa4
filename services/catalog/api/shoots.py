"""Shoots: what was dropped into a folder, and what became of each file."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response

from schemas.names import REPORT
from services.catalog.api import links
from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.api.gate import Viewer, in_scope, only_folders
from services.catalog.api.known_names import only_known
from services.catalog.api.models_shoots import Counts, LinkedTo, ShootFile, ShootItem, ShootList, ShootWhole
from services.catalog.queries import assets, shoots
from services.catalog.queries.known_values import strange
from services.catalog.queries.rows import Row
from services.catalog.shoots.lines import line
from services.catalog.shoots.reading import owner_of, standing_of, whole_report

router = APIRouter(
    prefix="/v1/shoots", tags=["shoots"], dependencies=[Depends(in_scope("viewer")), Depends(only_folders)]
)
STATES = {"ready": ("ready", "complete")}
"""Status → states."""
NONE = "No file lies in a folder of this name. GET /v1/shoots tells them."


@router.get("", dependencies=[Depends(only_known)])
async def list_shoots(
    deps: Given,
    who: Viewer,
    limit: Annotated[int, Query(ge=1, le=200)] = 30,
    cursor: Annotated[Cursor | None, Query(description="`next` of the page before")] = None,
) -> ShootList:
    """Folders of the inbox with what became of their files, that with the newest file first."""
    page = await shoots.shoots(deps.database, within=who.scope.folders, limit=limit, cursor=cursor)
    wanted = [asset for row in page.rows for asset in row["pictures"]]
    cards = {card["id"]: card for card in await assets.some(deps.database, wanted)}
    items = [ShootItem(**_sums(row), thumbnails=_thumbnails(row, cards)) for row in page.rows]
    return ShootList(items=items, next=page.cursor)


@router.get(f"/{{folder:path}}/{REPORT}", response_class=Response)
async def get_report(deps: Given, who: Viewer, folder: Text) -> Response:
    """The list of its files as they stand now, for a spreadsheet."""
    await _known(deps, who, folder)
    headers = {"Content-Disposition": f'attachment; filename="{REPORT}"'}
    text = await whole_report(deps.database, folder)
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{folder:path}")
async def get_shoot(
    deps: Given,
    who: Viewer,
    folder: Text,
    status: Annotated[list[Text], Query(max_length=6, description="Only files that stand so")] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[Cursor | None, Query(description="`next` of the page before")] = None,
) -> ShootWhole:
    """One shoot: what somebody has to look at comes first, each file with what to do about it."""
    found = await _known(deps, who, folder)
    if wrong := strange("status", status, Counts.model_fields):
        raise HTTPException(422, wrong)
    states = [state for name in status for state in STATES.get(name, (name,))]
    page = await shoots.files(deps.database, folder, states=states, limit=limit, cursor=cursor)
    standing = await standing_of(deps.library, folder)
    return ShootWhole(
        **_sums(found),
        owner=await owner_of(deps.library, folder),
        reported=standing.written if standing else None,
        items=[_file(row) for row in page.rows],
        next=page.cursor,
    )


async def _known(deps: Given, who: Viewer, folder: str) -> Row:
    found = await shoots.shoot(deps.database, folder) if who.scope.takes(folder, "") else None
    if found is None:
        raise HTTPException(404, NONE)
    return found


def _sums(row: Row) -> Row:
    counts = Counts(**{name: row[f"files_{name}"] for name in Counts.model_fields})
    return {name: row[name] for name in ("folder", "files", "linked", "at_work", "first", "last")} | {"counts": counts}


def _thumbnails(row: Row, cards: dict[str, Row]) -> list[str]:
    return [url for asset in row["pictures"] if asset in cards and (url := links.thumbnail(cards[asset]))]


def _file(row: Row) -> ShootFile:
    told = line(row)
    linked = [LinkedTo(sku=sku, role=role) for sku, role in told.links]
    return ShootFile(**told._asdict() | {"links": linked}, thumbnail=links.thumbnail(row))
