"""Packs: the live renditions of many pictures as one ZIP, in the sizes that are wanted."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from schemas.download import Download
from schemas.limits import Audience
from services.catalog.api.bulk import AT_ONCE
from services.catalog.api.collections import known
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.downloads import note
from services.catalog.api.gate import Viewer, all_seen, in_scope
from services.catalog.api.roles import Identity
from services.catalog.pack.answer import collected, sent
from services.catalog.queries import collections, packs
from services.catalog.queries.audience import given
from services.catalog.queries.handed import deliverable
from services.catalog.queries.known_values import strange
from services.catalog.queries.scope import seen

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/packs", tags=["packs"], dependencies=[Depends(in_scope("viewer"))])
MOST_PRESETS = 30


class PackOf(BaseModel):
    """Pictures, or a collection."""

    assets: list[Text] = Field(default_factory=list, max_length=AT_ONCE)
    collection: Text | None = None


class PresetOffered(BaseModel):
    """A size that can be packed."""

    preset: str
    channel: str
    files: int
    bytes: int


class Offered(BaseModel):
    """What a pack of these pictures could hold now."""

    pictures: int
    live: int = Field(description="Only these can be packed")
    presets: list[PresetOffered]


class Set(NamedTuple):
    """Pictures in order, and what they are called together."""

    assets: list[str]
    name: str


@router.post("/presets")
async def list_presets(deps: Given, who: Viewer, of: PackOf) -> Offered:
    """Which sizes of these pictures are live: presets by channel, and `original`, with how many files and bytes."""
    wanted = await pictures_of(deps, who, of.assets, of.collection)
    standing = await packs.pictures(deps.database, wanted.assets)
    found = await packs.offers(deps.database, wanted.assets)
    return Offered(
        pictures=len(wanted.assets),
        live=sum(one.live is not None for one in standing),
        presets=[PresetOffered(**offer._asdict()) for offer in found],
    )


@router.post("", response_class=StreamingResponse)
async def get_pack(
    deps: Given,
    who: Viewer,
    assets: Annotated[list[Text], Form(max_length=AT_ONCE)] = [],  # noqa: B006 - FastAPI copies defaults
    collection: Annotated[Text | None, Form()] = None,
    preset: Annotated[list[Text], Form(max_length=MOST_PRESETS)] = [],  # noqa: B006
    channel: Annotated[list[Text], Form(max_length=MOST_PRESETS, description="All presets of it")] = [],  # noqa: B006
    market: Annotated[Text, Form(max_length=100)] = "",
    locale: Annotated[Text, Form(max_length=100)] = "",
    audience: Annotated[Text, Form(max_length=100, description="The channel that it is for, as links name it")] = "",
) -> StreamingResponse:
    """A ZIP of these pictures' live renditions, sent while it is made. A form, so that a page can ask for it.

    Files are called `SKU_role_n.ext`, in a folder a preset where there are several. What is not live, or not made, is
    named in `MISSING.txt`. The preset `original` is the file as it was dropped, with all that it says of itself. With
    `market`, `locale` or `audience`, what links limit to others is left out, and the fallback is stated there.
    """
    wanted = await pictures_of(deps, who, assets, collection)
    whom = Audience(market.strip(), locale.strip(), audience.strip())
    shown, notes = await given(deps.database, wanted.assets, whom)
    if not shown:
        raise HTTPException(409, "All of these pictures are limited to other markets or channels.")
    presets = [*preset, *await _of_channels(deps, shown, channel)]
    if not presets:
        raise HTTPException(422, "Name a preset, or a channel that these pictures have files of.")
    await only_known(deps, shown, presets)
    names = list(dict.fromkeys(presets))
    found = await collected(deps.database, shown, names, notes)
    taken = Download(
        what="pack", assets=found.assets, presets=names, files=len(found.entries), by=who.name,
        market=whom.market, channel=whom.channel, at=datetime.now(UTC),
    )  # fmt: skip
    await note(deps, taken)
    log.info("%s takes a pack of %d files: %s", who.name, len(found.entries), wanted.name)
    return sent(deps.library, found, wanted.name, partial(deliverable, deps.database, audience=whom))


async def only_known(deps: Deps, assets: Sequence[str], presets: Sequence[str]) -> None:
    """Raises 422 with the nearest where there is no preset of that name: nothing would ever be given."""
    known = await packs.known_presets(deps.database, assets)
    if known and (wrong := strange("preset", presets, known)):
        raise HTTPException(422, wrong)


async def pictures_of(deps: Deps, who: Identity, assets: Sequence[str], collection: str | None) -> Set:
    """The pictures that are meant. Raises 404 where one may not see all of them, 422 where it is not said which."""
    if bool(assets) == bool(collection):
        raise HTTPException(422, "Name either assets or a collection.")
    if collection is None:
        if not await all_seen(deps, who, assets):
            raise HTTPException(404, "Not all of these are pictures that you can see.")
        return Set(list(dict.fromkeys(assets)), f"packshot-{datetime.now(UTC):%Y-%m-%d}")
    if who.scope.limited and collection not in who.scope.collections:
        raise HTTPException(403, f"{who.name} sees {who.scope.words}; this collection may hold more.")
    name = (await known(deps, collection)).collection.name
    members = await collections.members(deps.database, collection)
    shown = await seen(deps.database, who.scope, members)
    return Set([asset for asset in members if asset in shown], name)


async def _of_channels(deps: Deps, assets: Sequence[str], channels: Sequence[str]) -> list[str]:
    if not channels:
        return []
    return [offer.preset for offer in await packs.offers(deps.database, assets) if offer.channel in channels]
