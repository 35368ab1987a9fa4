"""Collections: pictures that people put together, in an order of their own. A fact each; nothing is linked by them.

What the PIM calls a collection is a group of products (`link:collection:<name>`), and none of these.
"""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException

from schemas.collection import KIND, MEMBER, MOST, Collection
from schemas.decision import Decision
from services.catalog.api import links
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import at_least, gate
from services.catalog.api.models_collections import (
    CollectionChange,
    CollectionItem,
    CollectionMade,
    CollectionWanted,
    MembersChanged,
    MembersOrder,
    MembersWanted,
)
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say, say_all
from services.catalog.once.ids import new_id, short_id
from services.catalog.once.names import Taken, holding, let_go
from services.catalog.queries import assets as many
from services.catalog.queries import collections as found
from services.catalog.queries import ended
from services.catalog.queries.collections import Known

router = APIRouter(prefix="/v1/collections", tags=["collections"], dependencies=[Depends(gate)])
Editor = Annotated[Identity, Depends(at_least("editor"))]
"""They may hold what lies in any folder: closed for who is limited to some."""
NONE = "There is no collection of this id. GET /v1/collections tells them."


@router.post("", status_code=201)
async def make_collection(deps: Given, who: Editor, wanted: CollectionWanted) -> CollectionMade:
    """A new collection, with its first pictures."""
    await _must_be_there(deps, wanted.assets)
    own = short_id()
    made = Collection(name=wanted.name, note=wanted.note, made=datetime.now(UTC))
    async with _named_so(deps, wanted.name, own):
        await say(deps, who.name, f"{KIND}/{own}", {**made.model_dump(mode="json"), **_behind(wanted.assets)})
    return CollectionMade(id=own)


@router.get("")
async def list_collections(deps: Given) -> list[CollectionItem]:
    """All of them, the last changed first."""
    return await items(deps, await found.known(deps.database))


@router.get("/{collection_id}")
async def get_collection(deps: Given, collection_id: Text) -> CollectionItem:
    """One of them, be it removed."""
    return (await items(deps, [await known(deps, collection_id)]))[0]


@router.patch("/{collection_id}", status_code=202)
async def change_collection(deps: Given, who: Editor, collection_id: Text, wanted: CollectionChange) -> None:
    """Another name or note; or have it back after it was removed."""
    was = (await known(deps, collection_id)).collection
    fields = wanted.model_dump(exclude_none=True)
    if not fields:
        raise HTTPException(422, "Name what to change: name, note or removed.")
    name = fields.get("name", was.name)
    if name == was.name and not (was.removed and fields.get("removed") is False):
        await say(deps, who.name, f"{KIND}/{collection_id}", fields)
        return
    async with _named_so(deps, name, collection_id):
        await say(deps, who.name, f"{KIND}/{collection_id}", fields)
    if name.casefold() != was.name.casefold():
        await let_go(deps.database, was.name, collection_id)


@router.delete("/{collection_id}", status_code=202)
async def remove_collection(deps: Given, who: Editor, collection_id: Text) -> None:
    """It shows no more; its pictures stay. `{"removed": false}` takes that back."""
    was = (await known(deps, collection_id)).collection
    await say(deps, who.name, f"{KIND}/{collection_id}", {"removed": True})
    await let_go(deps.database, was.name, collection_id)


@router.post("/{collection_id}/assets", status_code=202)
async def change_members(deps: Given, who: Editor, collection_id: Text, wanted: MembersWanted) -> MembersChanged:
    """Put pictures in, behind the others, or take them out: 500 of each at once. What is in it keeps its place."""
    there = await _held(deps, collection_id)
    new = [asset for asset in dict.fromkeys(wanted.add) if asset not in there]
    await _must_be_there(deps, new)
    gone = await _named(deps, there, wanted.remove)
    if len(there | set(new)) > MOST:
        raise HTTPException(422, f"A collection holds {MOST} pictures; {len(there)} are in it. Make another one.")
    if not (new or gone):
        return MembersChanged(batch=None, added=0, removed=0)
    said = Decision(
        id=new_id(), entity=f"{KIND}/{collection_id}", set=_behind(new), clear=[MEMBER + asset for asset in gone],
        batch=(batch := new_id()), by=who.name, at=datetime.now(UTC),
    )  # fmt: skip
    await say_all(deps, [said])
    return MembersChanged(batch=batch, added=len(new), removed=len(gone))


@router.put("/{collection_id}/order", status_code=202)
async def order_members(deps: Given, who: Editor, collection_id: Text, wanted: MembersOrder) -> None:
    """Show these first, in this order; the others follow as they stand."""
    await _held(deps, collection_id)
    standing = await found.members(deps.database, collection_id)
    first = list(dict.fromkeys(wanted.assets))
    if strange := set(first) - set(standing):
        raise HTTPException(422, f"{min(strange)} is not in it. Put it in first.")
    order = [*first, *(asset for asset in standing if asset not in set(first))]
    await say(
        deps, who.name, f"{KIND}/{collection_id}", {f"{MEMBER}{asset}": place for place, asset in enumerate(order)}
    )


async def known(deps: Deps, own: str) -> Known:
    """The collection of that id. Raises 404."""
    one = await found.one(deps.database, own)
    if one is None:
        raise HTTPException(404, NONE)
    return one


async def items(deps: Deps, wanted: Sequence[Known]) -> list[CollectionItem]:
    """As the API and the page show them."""
    cards = {card["id"]: card for card in await many.some(deps.database, [own for one in wanted for own in one.first])}
    return [
        CollectionItem(
            id=one.id,
            changed=one.changed,
            assets=one.assets,
            pictures=[url for own in one.first if own in cards and (url := links.thumbnail(cards[own]))],
            **one.collection.model_dump(),
        )
        for one in wanted
    ]


async def _held(deps: Deps, own: str) -> set[str]:
    if (await known(deps, own)).collection.removed:
        raise HTTPException(409, 'It was removed. PATCH {"removed": false} takes that back.')
    return await found.holding(deps.database, own)


async def _named(deps: Deps, there: set[str], wanted: Sequence[str]) -> list[str]:
    """What those are called in it: where a file was moved, it holds the asset that had been."""
    gone = {asset for asset in wanted if asset in there}
    if left := set(wanted) - gone:
        gone |= await found.moved_into(deps.database, there, left)
    return sorted(gone)


def _behind(assets: Sequence[str]) -> dict[str, Any]:
    """Places behind all that were given before, by the clock: nobody has to know what stands there."""
    now = time.time_ns() // 1_000_000
    return {f"{MEMBER}{asset}": now + place for place, asset in enumerate(dict.fromkeys(assets))}


@asynccontextmanager
async def _named_so(deps: Deps, name: str, own: str) -> AsyncIterator[None]:
    """No other collection has this name, nor gets it meanwhile. Raises 409."""
    await _name_is_free(deps, name, own)
    try:
        async with holding(deps.database, name, own):
            await _name_is_free(deps, name, own)
            yield
    except Taken as error:
        raise HTTPException(409, f"Another collection was just called {name}. Give this another name.") from error


async def _name_is_free(deps: Deps, name: str, own: str) -> None:
    for one in await found.known(deps.database):
        if one.id != own and one.collection.name.casefold() == name.casefold():
            raise HTTPException(409, f"There is a collection {one.collection.name}: {one.id}. Give this another name.")


async def _must_be_there(deps: Deps, assets: Sequence[str]) -> None:
    if gone := set(assets) - await ended.known_of(deps.database, assets):
        raise HTTPException(404, f"There is no asset {min(gone)}.")
