"""Assets: the list with its filters, the counts beside it, and one asset whole."""

from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query

from services.catalog.api.asset_whole import item, whole_item
from services.catalog.api.deps import Cursor, Day, Given, Text
from services.catalog.api.ended import missing
from services.catalog.api.gate import Viewer, in_scope
from services.catalog.api.known_names import only_known
from services.catalog.api.looking import NOTHING, Looking, looking
from services.catalog.api.models import (
    AssetItem,
    AssetList,
    AssetWhole,
    Counted,
)
from services.catalog.api.searched import searched
from services.catalog.card import code
from services.catalog.own_fields.filters import parsed
from services.catalog.queries import asset as one
from services.catalog.queries import assets as many
from services.catalog.queries import facets, looks, own_fields, widened
from services.catalog.queries.filters import FLAGS, Filters
from services.catalog.queries.known_values import BACKGROUNDS, KNOWN, channels, colours, strange
from services.catalog.queries.notes import notes

router = APIRouter(prefix="/v1", tags=["assets"], dependencies=[Depends(in_scope("viewer"))])
ENDED: dict[int | str, dict[str, Any]] = {
    308: {"description": "Merged into another asset, named by `Location` and `merged_into`"},
    410: {"description": "Purged; `take_back` is the request that takes the purge back"},
}
Values = Annotated[list[Text], Query(max_length=50)]
WITHOUT_RULES = ("thumbnail", "social", "marketplace")
"""Channels of our presets that say nothing of when a product is ready."""


Bound = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


@dataclass(frozen=True)
class Ranges:
    """From and to, both included; days in UTC."""

    width_from: Bound = None
    width_to: Bound = None
    height_from: Bound = None
    height_to: Bound = None
    quality_from: Bound = None
    quality_to: Bound = None
    arrived_from: Day | None = None
    arrived_to: Day | None = None


async def filters(
    deps: Given,
    who: Viewer,
    q: Annotated[
        Text, Query(description="Words: names, SKUs, labels, product names, or others that mean the same")
    ] = "",
    state: Annotated[Values, Query(description=", ".join(KNOWN["state"]))] = [],  # noqa: B006 - FastAPI copies defaults
    kind: Annotated[Values, Query(description=", ".join(KNOWN["kind"]))] = [],  # noqa: B006
    label: Values = [],  # noqa: B006
    colour: Values = [],  # noqa: B006
    role: Annotated[Values, Query(description=", ".join(KNOWN["role"]))] = [],  # noqa: B006
    sku: Values = [],  # noqa: B006
    background: Annotated[Values, Query(description=", ".join(BACKGROUNDS))] = [],  # noqa: B006
    brand: Values = [],  # noqa: B006
    market: Values = [],  # noqa: B006
    folder: Text = "",
    key: Annotated[list[Text], Query(max_length=50, description="The whole name it was dropped under")] = [],  # noqa: B006
    collection: Annotated[list[Text], Query(max_length=50, description="Collections that people made, by id")] = [],  # noqa: B006
    flag: Annotated[list[Text], Query(max_length=10, description=", ".join(FLAGS))] = [],  # noqa: B006
    channel: Annotated[list[Text], Query(max_length=50, description="It has renditions for one of these")] = [],  # noqa: B006
    barcode: Annotated[
        list[Text], Query(max_length=50, description="Content of a code in it, or its product's GTIN")
    ] = [],  # noqa: B006
    field: Annotated[
        list[Text],
        Query(max_length=50, description="Of a field that people defined: season, season:SS27, weight:1.5..2"),
    ] = [],  # noqa: B006
    life: Annotated[Values, Query(description=", ".join(KNOWN["life"]))] = [],  # noqa: B006
    looking: Annotated[Looking, Depends(looking)] = NOTHING,
    ranges: Annotated[Ranges, Depends(Ranges)] = Ranges(),
) -> Filters:
    """The query string's filters."""
    settled = {"state": state, "kind": kind, "role": role, "background": background, "flag": flag, "life": life}
    for name, values in settled.items():
        if wrong := strange(name, values):
            raise HTTPException(422, wrong)
    made_for = await channels(deps.database, channel, [*deps.channels, *WITHOUT_RULES], who.scope)
    if wrong := strange("channel", channel, made_for):
        raise HTTPException(422, wrong)
    if wrong := strange("colour", colour, await colours(deps.database, colour, who.scope)):
        raise HTTPException(422, wrong)
    if nameless := [one for one in field if parsed(one) is None]:
        raise HTTPException(422, f"field: {nameless[0]!r:.60} names no field. It is <name>, <name>:<value> or a range.")
    asked = Filters(
        *(q, tuple(state), tuple(kind), tuple(label), tuple(colour), tuple(role), tuple(sku), tuple(background)),
        brand=tuple(brand),
        market=tuple(market),
        folder=folder.strip("/"),
        flag=tuple(flag),
        key=tuple(key),
        collection=tuple(collection),
        channel=tuple(channel),
        barcode=tuple(code(one) for one in barcode),
        field=tuple(field),
        life=tuple(life),
        near_colour=looking.near_colour,
        like=looking.like,
        **asdict(ranges),
        within=who.scope,
    )
    asked = await searched(deps, asked)
    return replace(asked, looks=await looks.looked(deps.database, asked)) if asked.like else asked


Asked = Annotated[Filters, Depends(filters)]


@router.get("/assets", dependencies=[Depends(only_known)])
async def list_assets(
    deps: Given,
    asked: Asked,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: Annotated[Cursor | None, Query(description="`next` of the page before")] = None,
) -> AssetList:
    """Best match first, then newest first."""
    looked_for, page = await widened.found(deps.database, asked, limit=limit, cursor=cursor, counted=cursor is None)
    items = [AssetItem(**item(card)) for card in page.rows]
    if cursor:
        return AssetList(items=items, next=page.cursor, notes=notes(looked_for))
    counted = many.MOST_COUNTED if page.total is None else page.total
    more = page.total is None
    return AssetList(
        items=items, next=page.cursor, total=counted, total_more=more, notes=notes(looked_for, empty=not items)
    )


@router.get("/facets", dependencies=[Depends(only_known)])
async def count_facets(deps: Given, asked: Asked) -> dict[str, list[Counted]]:
    """Each facet's most frequent values under the other filters."""
    defined = await own_fields.defined(deps.database)
    found = await facets.counts(deps.database, asked, defined)
    if not found.any and (wider := await widened.widened(deps.database, asked)):
        found = await facets.counts(deps.database, wider, defined)
    return {
        name: [Counted(value=c.value, count=c.assets, more=not found.whole) for c in counts]
        for name, counts in found.facets.items()
    }


@router.get("/assets/{asset_id}", responses=ENDED)
async def get_asset(deps: Given, who: Viewer, asset_id: Text) -> AssetWhole:
    """Everything that is known of one asset.

    410 for a purged one: `purged` has when, by whom and why, `take_back` the request that takes the purge back. 308 to
    the asset that goes on where its file was only moved.
    """
    found = await one.whole(deps.database, asset_id, who.scope)
    if found is None:
        raise await missing(deps, asset_id)
    return await whole_item(deps, who.scope, found)
