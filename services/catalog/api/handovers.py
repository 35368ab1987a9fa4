"""Hand-overs by pushing: what is dropped into places outside, how each stands, and what went there when."""

from datetime import datetime

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import at_least
from services.catalog.drops.standing import Standing
from services.catalog.feeds import runs
from services.catalog.feeds.runs import Run

router = APIRouter(prefix="/v1/handovers", tags=["feeds"], dependencies=[Depends(at_least("channel"))])
LAST_RUNS = 10


class HandoverItem(BaseModel):
    """A drop, and how it stands since this process began."""

    name: str = Field(examples=["otto"])
    channel: str = Field(examples=["otto"])
    format: str = Field(examples=["zip"])
    market: str = ""
    place: str = Field(examples=["sftp://packshot@drop.example.com:22/in"])
    looked: datetime | None = Field(description="When all was well last")
    failing_since: datetime | None = Field(description="Since when nothing is taken there")
    cause: str = Field(description="Why, for people")
    notes: list[str] = Field(description="Products that are ready and have no name there")


@router.get("")
async def list_handovers(deps: Given) -> list[HandoverItem]:
    """All of them, in the order of their file."""
    return [_item(one) for one in deps.drops.values()]


def _item(one: Standing) -> HandoverItem:
    drop = one.drop
    return HandoverItem(
        name=drop.name,
        channel=drop.channel,
        format=drop.format,
        market=drop.market,
        place=drop.place,
        looked=one.looked,
        failing_since=one.failing_since,
        cause=one.cause,
        notes=list(one.notes),
    )


@router.get("/{name}/runs")
async def list_handover_runs(deps: Given, name: Text) -> list[Run]:
    """The last runs that left something else there than the one before, the newest first."""
    if name not in deps.drops:
        raise HTTPException(404, f"There is no hand-over {name}. There are: {', '.join(deps.drops) or 'none'}.")
    return await runs.runs(deps.library, deps.drops[name].drop.feed, LAST_RUNS)
