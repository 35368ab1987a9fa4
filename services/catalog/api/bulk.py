"""One decision for many pictures: each gets its own, all under one batch id."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from schemas.curation import EDITION, OWN, PURGE
from schemas.decision import Decision
from schemas.limits import LIMITS
from schemas.rights import ARCHIVED, CONSENT, LICENCE
from schemas.roles import ROLE
from services.catalog.api.decisions import GOES_ON, NO, check, must_be_products, must_fit
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Editor, need
from services.catalog.api.models_wanted import DecisionWanted, Value
from services.catalog.api.roles import Identity, needed
from services.catalog.api.saying import say_all
from services.catalog.curation import LINK, TAG
from services.catalog.once.ids import new_id
from services.catalog.queries import ended
from services.catalog.queries.scope import seen

router = APIRouter(prefix="/v1", tags=["decisions"])
AT_ONCE = 500
FOR_MANY = (ROLE, LIMITS, LICENCE, CONSENT, ARCHIVED, PURGE)


class BulkWanted(BaseModel):
    """The same fields set or taken back for several assets."""

    assets: list[Text] = Field(min_length=1, max_length=AT_ONCE)
    set: dict[str, Value] = Field(
        default_factory=dict,
        description="`link:<sku>`: confirmed, rejected or linked. `tag:<label>`: confirmed or rejected. `role`. "
        "`limits`: {markets, locales, channels}. `licence`, `consent`, `archived`, `purge`: as for one asset",
        examples=[{"link:MH01": "linked", "role": "back"}],
    )
    clear: list[Text] = Field(default_factory=list, max_length=400, examples=[["link:MH01"]])
    why: str | None = Field(default=None, max_length=500)


class Answered(BaseModel):
    """Kafka has it. Undo: POST /v1/batches/{batch}/undo."""

    batch: str
    assets: list[str]
    fields: list[str]


@router.post("/decisions", status_code=202)
async def decide_for_all(deps: Given, who: Editor, wanted: BulkWanted) -> Answered:
    """Link, unlink, confirm, reject, tag or give a role to several assets; or take that back: machines count again.

    202 once Kafka has every decision. Nothing is decided where one of the assets or products is not there, or another
    asset goes on with the picture of one (409).
    """
    may_be(wanted)
    need(who, needed([*wanted.set, *wanted.clear]))
    assets = list(dict.fromkeys(wanted.assets))
    await must_be_there(deps, who, assets)
    await must_hold(deps, who, wanted, assets)
    batch, now = new_id(), datetime.now(UTC)
    said = [
        Decision(
            id=new_id(), entity=f"asset/{asset}", set={**wanted.set}, clear=wanted.clear, batch=batch,
            by=who.name, why=wanted.why, at=now,
        )
        for asset in assets
    ]  # fmt: skip
    await say_all(deps, said)
    return Answered(batch=batch, assets=assets, fields=[*wanted.set, *wanted.clear])


def may_be(wanted: BulkWanted) -> None:
    """Raises 422 naming what is not decided for several assets, or not at all."""
    named = [*wanted.set, *(name for name in wanted.clear if not name.startswith(EDITION))]
    if other := [name for name in named if not name.startswith((LINK, TAG, OWN)) and name not in FOR_MANY]:
        raise HTTPException(
            422, f"{other[0]!r}: tag:<label>, link:<sku>, field:<name>, {', '.join(FOR_MANY)} go for several assets."
        )
    check(DecisionWanted(set={**wanted.set}, clear=wanted.clear), most=AT_ONCE)


async def must_be_there(deps: Deps, who: Identity, assets: Sequence[str]) -> None:
    """Raises 404 naming one that is not there, or not for this one; 409 naming one whose file was only moved."""
    there = await ended.known_of(deps.database, assets)
    if who.scope.limited:
        there &= await seen(deps.database, who.scope, assets)
    if gone := set(assets) - there:
        raise HTTPException(404, f"There is no asset {min(gone)}.")
    if merged := await ended.merged_of(deps.database, assets):
        one = min(merged)
        raise HTTPException(409, f"{one}: {GOES_ON.format(merged[one])}")


async def must_hold(deps: Deps, who: Identity, wanted: BulkWanted, assets: Sequence[str]) -> None:
    """Raises 422 where what is to be linked is no product, or a value does not fit its field."""
    await must_fit(deps, wanted.set)
    linked = {name.removeprefix(LINK) for name, value in wanted.set.items() if name.startswith(LINK) and value != NO}
    if linked:
        await must_be_products(deps, who, assets, linked)
