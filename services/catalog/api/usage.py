"""Where files are used: shops, feeds and people report it, so that nobody takes away what is still shown somewhere."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field, model_validator

from schemas.decision import Decision
from services.catalog import usage
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import in_scope
from services.catalog.api.roles import Identity
from services.catalog.api.saying import spoken
from services.catalog.once.ids import new_id
from services.catalog.queries import ended
from services.catalog.queries.scope import seen
from services.catalog.queries.usage import curated, shown_by

router = APIRouter(prefix="/v1/usage", tags=["usage"])
AT_ONCE = 500
YEARS = range(1970, 3000)
"""What PostgreSQL keeps beyond them, Python cannot always tell."""
Words = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]


def _told_in_utc(value: datetime) -> datetime:
    """A time without a zone is one in UTC."""
    if value.year not in YEARS:
        raise ValueError(f"Nothing was seen in the year {value.year}.")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Use(BaseModel):
    """One file at one place. Name the file by `asset`, by the public `url` that is shown, or by `sku` and `role`."""

    place: Words = Field(description="Where it is shown", examples=["https://shop.example.com/p/trainer"])
    asset: Text | None = Field(default=None, description="Id of the asset")
    url: Words | None = Field(
        default=None, description="A public address of it", examples=["/p/TRAINER-RED/front/web.webp"]
    )
    sku: Text | None = Field(default=None, examples=["TRAINER-RED"])
    role: Text = Field(default="main", description="With `sku`: the first picture of that role")
    channel: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = Field(default="", examples=["webshop"])
    market: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = Field(default="", examples=["fr"])
    seen: Annotated[datetime, AfterValidator(_told_in_utc)] | None = Field(
        default=None, description="When it was seen there; absent, or in the future: now"
    )
    gone: bool = Field(default=False, description="It is not shown there any more")

    @model_validator(mode="after")
    def _names_one(self) -> "Use":
        if sum(one is not None for one in (self.asset, self.url, self.sku)) != 1:
            raise ValueError("Name the file by one of asset, url and sku.")
        return self


class UsageWanted(BaseModel):
    """What a shop has found out."""

    items: list[Use] = Field(min_length=1, max_length=AT_ONCE)


class NotTaken(BaseModel):
    """A report that was not taken, by its number in the request, from 0."""

    item: int
    cause: str


class UsageTaken(BaseModel):
    """Kafka has what was taken; it shows within seconds."""

    taken: int
    not_taken: list[NotTaken]


@router.post("", status_code=202)
async def report_usage(
    deps: Given, who: Annotated[Identity, Depends(in_scope("channel"))], wanted: UsageWanted
) -> UsageTaken:
    """Report where files are shown, or are not any more. The same twice is as good as once.

    It stands on the asset (`used`, *Where used*), and `flag=unused` lists what nobody has reported.
    """
    of_asset: dict[str, list[tuple[int, Use]]] = defaultdict(list)
    wrong: list[NotTaken] = []
    named = await _named(deps, wanted.items)
    assets = [asset for asset in named if asset]
    visible = await seen(deps.database, who.scope, assets) if who.scope.limited else set(assets)
    for number, (use, asset) in enumerate(zip(wanted.items, named, strict=True)):
        if asset is None or asset not in visible:
            wrong.append(NotTaken(item=number, cause="No asset is named by it."))
        else:
            of_asset[asset].append((number, use))
    known = await ended.known_of(deps.database, list(of_asset))
    standing = await curated(deps.database, list(of_asset))
    said: list[Decision] = []
    for asset, uses in of_asset.items():
        one = _decision(who, asset, [use for _, use in uses])
        if asset not in known:
            wrong += [NotTaken(item=number, cause="There is no asset of this id.") for number, _ in uses]
        elif not usage.fits(standing.get(asset, {}), one.set, one.clear):
            wrong += [NotTaken(item=number, cause=f"{usage.MOST} places are kept of an asset.") for number, _ in uses]
        else:
            said.append(one)
    await asyncio.gather(*(deps.publisher.publish(spoken(one)) for one in said))
    return UsageTaken(taken=len(wanted.items) - len(wrong), not_taken=sorted(wrong, key=lambda one: one.item))


async def _named(deps: Deps, uses: Sequence[Use]) -> list[str | None]:
    """The asset that each names."""
    named = [_named_by(use) for use in uses]
    shown = await shown_by(deps.database, {one.sku for one in named if one and not one.asset})
    return [_asset(one, shown) if one else None for one in named]


def _named_by(use: Use) -> usage.Shown | None:
    if use.asset is not None:
        return usage.Shown(asset=use.asset)
    return usage.named_by(use.url) if use.url is not None else usage.Shown(sku=use.sku or "", role=use.role)


def _asset(named: usage.Shown, shown: Mapping[str, Sequence[tuple[str, str]]]) -> str | None:
    if named.asset:
        return named.asset
    assets = [asset for role, asset in shown.get(named.sku, ()) if role == named.role]
    return assets[named.number - 1] if 0 < named.number <= len(assets) else None


def _decision(who: Identity, asset: str, uses: list[Use]) -> Decision:
    now = datetime.now(UTC)
    fields: dict[str, Any] = {}
    gone: dict[str, None] = {}
    for use in uses:
        name = usage.field_of(use.place)
        fields.pop(name, None)
        gone.pop(name, None)
        if use.gone:
            gone[name] = None
        else:
            seen = min(use.seen or now, now).isoformat(timespec="seconds")
            fields[name] = {
                "place": use.place,
                "channel": use.channel,
                "market": use.market,
                "seen": seen,
                "by": who.name,
            }
    return Decision(id=new_id(), entity=f"asset/{asset}", set=fields, clear=list(gone), by=who.name, at=now)
