"""Share links: made, listed, revoked, and what was taken by them. What they open is `page/shared.py`'s."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request

from schemas.share import DOWNLOADS, KIND, Share
from services.catalog.api.deps import Cursor, Deps, Given, Text
from services.catalog.api.gate import at_least
from services.catalog.api.models_shares import ShareEvent, ShareHistory, ShareItem, ShareWanted
from services.catalog.api.packs import only_known, pictures_of
from services.catalog.api.reached import address
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say
from services.catalog.once.ids import short_id
from services.catalog.queries import ended
from services.catalog.queries import shares as found
from services.catalog.queries.cursor import given, of, taken
from services.catalog.queries.shares import Known
from services.catalog.share.password import hashed
from services.catalog.share.token import token_of

router = APIRouter(prefix="/v1/shares", tags=["shares"], dependencies=[Depends(at_least("approver"))])
Approver = Annotated[Identity, Depends(at_least("approver"))]
"""They let things out."""
NONE = "There is no link of this id. GET /v1/shares tells them."
MOST = 50
"""Objects of its history on a page."""


@router.post("", status_code=201)
async def make_share(request: Request, deps: Given, who: Approver, wanted: ShareWanted) -> ShareItem:
    """A link to these pictures, or to what is in a collection whenever it is opened. It opens within seconds.

    It shows what is live then, in these sizes only (`original`: the files as they were dropped), to whoever has it (and
    knows its password), until it expires or is revoked.
    """
    if not deps.settings.admin_key:
        raise HTTPException(409, "Links are made from the admin key. Set PACKSHOT_ADMIN_KEY.")
    pictures = await pictures_of(deps, who, wanted.assets, wanted.collection)
    if gone := set(wanted.assets) - await ended.known_of(deps.database, wanted.assets):
        raise HTTPException(404, f"There is no asset {min(gone)}.")
    await only_known(deps, pictures.assets, wanted.presets)
    own, now = short_id(), datetime.now(UTC)
    share = Share(
        name=wanted.name,
        collection=wanted.collection,
        assets=pictures.assets if wanted.collection is None else [],
        presets=list(dict.fromkeys(wanted.presets)),
        market=wanted.market.strip(),
        locale=wanted.locale.strip(),
        channel=wanted.channel.strip(),
        made=now,
        by=who.name,
        expires=now + timedelta(days=wanted.days),
        password=await asyncio.to_thread(hashed, wanted.password) if wanted.password else None,
    )
    await say(deps, who.name, f"{KIND}/{own}", share.model_dump(mode="json", exclude_none=True))
    named = pictures.name if wanted.collection else None
    return item(request, deps, Known(own, share, 0, named, len(pictures.assets)))


@router.get("")
async def list_shares(request: Request, deps: Given) -> list[ShareItem]:
    """All links, the newest first, those that open nothing any more, too."""
    return items(request, deps, await found.known(deps.database))


@router.get("/{share_id}")
async def get_share(request: Request, deps: Given, share_id: Text) -> ShareItem:
    """One of them, be it over."""
    return item(request, deps, await _known(deps, share_id))


@router.get("/{share_id}/history")
async def get_history(
    deps: Given,
    share_id: Text,
    limit: Annotated[int, Query(ge=1, le=200)] = MOST,
    cursor: Annotated[Cursor, Query(description="`next` of the page before")] = "",
) -> ShareHistory:
    """When it was made, by whom, and each download by it, the newest first."""
    await _known(deps, share_id)
    whose = of("share history", share_id)
    before = taken(cursor, whose, str)[0] if cursor else None
    keys = [info.key for info in await deps.library.listing(f"history/{KIND}/{share_id}/")]
    older = [key for key in keys if before is None or key < before]
    objects = [await deps.library.get(key) for key in older[: -limit - 1 : -1]]
    more = given(whose, older[-limit]) if len(older) > limit else None
    return ShareHistory(items=[_event(json.loads(one.body)) for one in objects if one], next=more)


@router.delete("/{share_id}", status_code=202)
async def revoke_share(deps: Given, who: Approver, share_id: Text) -> None:
    """It opens nothing any more once the view knows it, within seconds. Nobody can take that back."""
    await _known(deps, share_id)
    await say(deps, who.name, f"{KIND}/{share_id}", {"revoked": True})


def items(request: Request, deps: Deps, wanted: Sequence[Known]) -> list[ShareItem]:
    """As the API and the page show them."""
    return [item(request, deps, one) for one in wanted]


def item(request: Request, deps: Deps, one: Known) -> ShareItem:
    """One of them."""
    state = "revoked" if one.share.revoked else "open" if one.is_open(datetime.now(UTC)) else "expired"
    fields = one.share.model_dump(exclude={"assets", "password", "revoked"})
    return ShareItem.model_validate(
        {
            **fields,
            "id": one.id,
            "url": f"{address(request)}/s/{token_of(deps.settings.admin_key, one.id)}",
            "state": state,
            "of": one.of,
            "assets": one.assets,
            "password": one.share.password is not None,
            "downloads": one.downloads,
        }
    )


def _event(body: dict[str, Any]) -> ShareEvent:
    said = body.get("set") or {}
    what = "Made"
    if any(name.startswith(DOWNLOADS) for name in said):
        what = f"Taken: {body.get('why') or 'something'}"
    elif said.get("revoked"):
        what = "Revoked"
    return ShareEvent(at=datetime.fromisoformat(body["at"]), by=body.get("by") or "", what=what)


async def _known(deps: Deps, own: str) -> Known:
    one = await found.one(deps.database, own)
    if one is None:
        raise HTTPException(404, NONE)
    return one
