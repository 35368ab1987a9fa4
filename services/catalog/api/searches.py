"""Saved searches: filters that somebody keeps under a name, for himself or for all. A fact each."""

import json
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import in_scope, need
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say
from services.catalog.once.ids import short_id
from services.catalog.queries.filters import named

KIND = "search"
"""Of the fact."""
MOST = 200
"""Of one person."""
router = APIRouter(prefix="/v1/searches", tags=["searches"])
Viewer = Annotated[Identity, Depends(in_scope("viewer"))]
NONE = "There is no saved search of this id that you may see or change. GET /v1/searches tells them."


class SearchWanted(BaseModel):
    """What to keep."""

    name: Text = Field(min_length=1, max_length=80)
    query: Text = Field(
        min_length=1, description="As in the address of a list", examples=["q=red+hoodie&role=back&state=ready"]
    )
    shared: bool = Field(default=False, strict=True, description="For all, not only for whoever saves it; editors may")


class SearchItem(SearchWanted):
    """One that is kept."""

    id: str
    by: str = Field(description="Who saved it")
    own: bool = Field(description="It was you")


class SearchMade(BaseModel):
    """It shows within seconds."""

    id: str


@router.post("", status_code=201)
async def save_search(deps: Given, who: Viewer, wanted: SearchWanted) -> SearchMade:
    """Keep filters under a name. What they find is looked for anew each time, among what whoever asks may see."""
    if wanted.shared:
        need(who, "editor")
    pairs = [pair for pair in parse_qsl(wanted.query.removeprefix("?")) if pair[0] in named()]
    if not pairs:
        raise HTTPException(422, f"query: {wanted.query[:80]!r} names no filter. Known are {', '.join(named())}.")
    if sum(one.own for one in await saved(deps, who)) >= MOST:
        raise HTTPException(422, f"You keep {MOST} searches already: remove one first.")
    own = short_id()
    fields = {"name": wanted.name.strip(), "query": urlencode(pairs), "shared": wanted.shared, "by": who.name}
    fields |= {"by_id": who.id} if who.id else {}
    await say(deps, who.name, f"{KIND}/{own}", fields)
    return SearchMade(id=own)


@router.get("")
async def list_searches(deps: Given, who: Viewer) -> list[SearchItem]:
    """Your own and those for all, by name."""
    return await saved(deps, who)


@router.get("/{search_id}")
async def get_search(deps: Given, who: Viewer, search_id: Text) -> SearchItem:
    """One of yours or of those for all."""
    for one in await saved(deps, who):
        if one.id == search_id:
            return one
    raise HTTPException(404, NONE)


@router.delete("/{search_id}", status_code=202)
async def remove_search(deps: Given, who: Viewer, search_id: Text) -> None:
    """Yours; or one for all, which a manager may remove too."""
    found = next((one for one in await saved(deps, who) if one.id == search_id), None)
    if found is None or not (found.own or who.may("manager")):
        raise HTTPException(404, NONE)
    await say(deps, who.name, f"{KIND}/{search_id}", {"removed": True})


async def saved(deps: Deps, who: Identity) -> list[SearchItem]:
    """Those that this one is shown. Raises Unavailable."""
    async with deps.database.reading() as connection:
        rows = await connection.fetch(
            "SELECT id, fields FROM catalog.fact WHERE kind = $1 AND NOT fields ? 'removed' "
            "AND (fields ->> 'by' = $2 OR fields ->> 'by_id' = $3 OR fields -> 'shared' = 'true') "
            "ORDER BY lower(fields ->> 'name'), id",
            KIND, who.name, who.id,
        )  # fmt: skip
    told = [(row["id"], json.loads(row["fields"])) for row in rows]
    items = [
        SearchItem(id=own, own=who.is_meant(fields.get("by_id", ""), fields["by"]), **fields) for own, fields in told
    ]
    return [one for one in items if one.own or one.shared]
