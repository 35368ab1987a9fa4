"""The filters of a list of assets, as they stand in its address."""

from dataclasses import asdict, dataclass, replace
from typing import Annotated

from fastapi import Depends, HTTPException, Query

from services.catalog.api.deps import Day, Deps, Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.api.looking import NOTHING, Looking, looking
from services.catalog.api.searched import searched
from services.catalog.card import code
from services.catalog.own_fields.filters import is_turned, parsed
from services.catalog.queries import looks
from services.catalog.queries.filters import FLAGS, RANGES, Filters
from services.catalog.queries.known_values import BACKGROUNDS, KNOWN, channels, colours, strange
from services.catalog.scope import Scope

Values = tuple[Text, ...]
Some = Annotated[Values, Query(max_length=50)]
Bound = Annotated[int | None, Query(ge=0, le=2**31 - 1)]
Score = Annotated[int | None, Query(ge=0, le=2**31 - 1, description="0 (worst) to 100 (best)")]
WITHOUT_RULES = ("thumbnail", "social", "marketplace")
"""Channels of our presets that say nothing of when a product is ready."""
OWN = "Of a field that people defined: season, season:SS27, weight:1.5..2"


@dataclass(frozen=True)
class Chosen:
    """Of each name some values, one of which is enough."""

    state: Annotated[Some, Query(description=", ".join(KNOWN["state"]))] = ()
    kind: Annotated[Some, Query(description=", ".join(KNOWN["kind"]))] = ()
    label: Some = ()
    colour: Some = ()
    role: Annotated[Some, Query(description=", ".join(KNOWN["role"]))] = ()
    sku: Some = ()
    background: Annotated[Some, Query(description=", ".join(BACKGROUNDS))] = ()
    brand: Some = ()
    market: Some = ()
    key: Annotated[Some, Query(description="The whole name it was dropped under")] = ()
    collection: Annotated[Some, Query(description="Collections that people made, by id")] = ()
    flag: Annotated[Values, Query(max_length=10, description=", ".join(FLAGS))] = ()
    channel: Annotated[Some, Query(description="It has renditions for one of these")] = ()
    barcode: Annotated[Some, Query(description="Content of a code in it, or its product's GTIN")] = ()
    field: Annotated[Some, Query(description=OWN)] = ()
    life: Annotated[Some, Query(description=", ".join(KNOWN["life"]))] = ()


@dataclass(frozen=True)
class Ranges:
    """From and to, both included; days in UTC."""

    width_from: Bound = None
    width_to: Bound = None
    height_from: Bound = None
    height_to: Bound = None
    quality_from: Score = None
    quality_to: Score = None
    arrived_from: Day | None = None
    arrived_to: Day | None = None


async def filters(
    deps: Given,
    who: Viewer,
    chosen: Annotated[Chosen, Depends(Chosen)],
    q: Annotated[
        Text, Query(description="Words: names, SKUs, labels, product names, or others that mean the same")
    ] = "",
    folder: Text = "",
    looking: Annotated[Looking, Depends(looking)] = NOTHING,
    ranges: Annotated[Ranges, Depends(Ranges)] = Ranges(),
) -> Filters:
    """The query string's filters. Raises HTTPException where there is no such value."""
    await _known(deps, who.scope, chosen)
    _in_order(chosen, ranges)
    asked = Filters(
        text=q,
        folder=folder.strip("/"),
        **asdict(replace(chosen, barcode=tuple(code(one) for one in chosen.barcode))),
        near_colour=looking.near_colour,
        like=looking.like,
        **asdict(ranges),
        within=who.scope,
    )
    asked = await searched(deps, asked)
    return replace(asked, looks=await looks.looked(deps.database, asked)) if asked.like else asked


async def _known(deps: Deps, within: Scope, chosen: Chosen) -> None:
    for name in ("state", "kind", "role", "background", "flag", "life"):
        if wrong := strange(name, getattr(chosen, name)):
            raise HTTPException(422, wrong)
    made_for = await channels(deps.database, chosen.channel, [*deps.channels, *WITHOUT_RULES], within)
    if wrong := strange("channel", chosen.channel, made_for):
        raise HTTPException(422, wrong)
    if wrong := strange("colour", chosen.colour, await colours(deps.database, chosen.colour, within)):
        raise HTTPException(422, wrong)
    if nameless := [one for one in chosen.field if parsed(one) is None]:
        raise HTTPException(422, f"field: {nameless[0]!r:.60} names no field. It is <name>, <name>:<value> or a range.")


def _in_order(chosen: Chosen, ranges: Ranges) -> None:
    """Raises 422 for a range that is turned round: nothing lies in it."""
    for name in RANGES:
        least, most = (getattr(ranges, f"{name}_{end}") for end in ("from", "to"))
        if None not in (least, most) and least > most:
            raise HTTPException(422, f"{name}_from, {name}_to: nothing lies from {least} to {most}. Turn them round.")
    if turned := [one for one in chosen.field if is_turned(one)]:
        raise HTTPException(422, f"field: nothing lies in {turned[0]!r:.60}. Turn its ends round.")


Asked = Annotated[Filters, Depends(filters)]
