"""Which products are ready for which channel, and what is in the way of the others."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from runtime.csv_lines import lines
from schemas.readiness import State
from services.catalog.api.csv_answer import CsvAnswer
from services.catalog.api.deps import Cursor, Day, Deps, Given, Text
from services.catalog.api.gate import Buyer, of_brands
from services.catalog.api.known_names import only_known
from services.catalog.channels.model import Channel
from services.catalog.channels.survey import survey
from services.catalog.channels.verdict import Readiness
from services.catalog.queries.brands import visible
from services.catalog.queries.cursor import decode_name, encode_name, of
from services.catalog.queries.readiness import Stood, known_by, media, some_skus
from services.catalog.scope import EVERYTHING, Scope

router = APIRouter(prefix="/v1", tags=["channels"], dependencies=[Depends(of_brands("channel"))])
PAGE = 100
COLUMNS = ("sku", "channel", "market", "state", "slot", "picture", "role", "rule", "finding", "cause", "cure")


class ChannelItem(BaseModel):
    """A channel that products can be judged for."""

    channel: str
    title: str
    maintained: bool
    since: date | None = Field(description="First day of the rules that hold today")
    ahead: date | None = Field(description="First day of the next ones, where they are known")
    source: list[str]


class ReadinessList(BaseModel):
    """Verdicts by SKU. `next`: the cursor of the next page."""

    items: list[Readiness]
    next: str | None


class Wanted:
    """Which products, on which channel, when and where."""

    def __init__(
        self,
        deps: Given,
        channel: Annotated[Text, Query(examples=["amazon"])],
        market: Annotated[Text, Query(description="A country, or whatever the shop calls its markets")] = "",
        on: Annotated[Day | None, Query(description="By the rules of that day; today by default")] = None,
        q: Annotated[Text, Query(description="Part of a SKU, a name or a model's SKU")] = "",
        state: Annotated[
            State | None, Query(description="Only these; by another day's rules pages have fewer then")
        ] = None,
    ) -> None:
        if channel not in deps.channels:
            raise HTTPException(404, f"There is no channel {channel}. There are: {', '.join(deps.channels)}.")
        self.channel: Channel = deps.channels[channel]
        self.day = on or datetime.now(UTC).date()
        if self.channel.on(self.day) is None:
            raise HTTPException(422, f"{self.channel.title} has no rules on {self.day}.")
        self.market, self.q, self.state = market, q, state
        self.list = of("verdicts", channel, market, on, q, state)

    @property
    def stood(self) -> Stood | None:
        """How they must have stood when all were last looked at; by other rules than today's nobody has."""
        today = self.day == datetime.now(UTC).date()
        return Stood(self.channel.channel, self.market, self.state) if self.state and today else None


Which = Annotated[Wanted, Depends(Wanted)]


@router.get("/channels")
async def list_channels(deps: Given) -> list[ChannelItem]:
    """All channels with rules."""
    today = datetime.now(UTC).date()
    return [_item(channel, today) for channel in deps.channels.values()]


def _item(channel: Channel, today: date) -> ChannelItem:
    now, ahead = channel.on(today), channel.ahead(today)
    return ChannelItem(
        channel=channel.channel,
        title=channel.title,
        maintained=channel.maintained,
        since=now.since if now else None,
        ahead=ahead.since if ahead else None,
        source=now.source if now else [],
    )


@router.get("/readiness", dependencies=[Depends(only_known)])
async def get_readiness(
    deps: Given,
    who: Buyer,
    which: Which,
    limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
    cursor: Annotated[Cursor, Query(description="`next` of the page before")] = "",
) -> ReadinessList:
    """Each SKU that is for sale: ready, fixable (work still to come mends it), for a person, or blocked and by what."""
    return await page(deps, which, limit, cursor, who.scope)


async def page(
    deps: Deps, which: Wanted, limit: int, cursor: str, scope: Scope = EVERYTHING, *, exact: bool = False
) -> ReadinessList:
    """Some verdicts. exact: also of what has come to stand so since all were last looked at. Raises BadCursor."""
    after = decode_name(cursor, which.list)
    stood = None if exact else which.stood
    rows = await some_skus(deps.database, q=which.q, cursor=after, limit=limit + 1, scope=scope, stood=stood)
    skus = [row["sku"] for row in rows[:limit]]
    found, ids = await media(deps.database, skus, which.day), await known_by(deps.database, skus)
    judged = survey(which.channel, found, ids, market=which.market, day=which.day)
    verdicts = [verdict for verdict in judged if which.state in (None, verdict.state)]
    if scope.limited:
        there = await visible(deps.database, scope, [one.item.asset_id for of in found.values() for one in of])
        verdicts = [verdict.veiled(there) for verdict in verdicts]
    following = encode_name(skus[-1], which.list) if len(rows) > limit else None
    return ReadinessList(items=verdicts, next=following)


@router.get("/readiness.csv", response_class=CsvAnswer, dependencies=[Depends(only_known)])
async def get_readiness_csv(deps: Given, who: Buyer, which: Which) -> CsvAnswer:
    """The same for a spreadsheet: a line a finding, and one for each SKU without any."""
    return CsvAnswer(_lines(deps, which, who.scope), f"readiness-{which.channel.channel}-{which.day}.csv")


async def _lines(deps: Deps, which: Wanted, scope: Scope) -> AsyncIterator[str]:
    yield lines([COLUMNS])
    cursor: str | None = ""
    while cursor is not None:
        found = await page(deps, which, PAGE, cursor, scope, exact=True)
        yield lines(line for one in found.items for line in cells(one))
        cursor = found.next


def cells(verdict: Readiness) -> list[list[str]]:
    """Cells of COLUMNS."""
    head = [verdict.sku, verdict.channel, verdict.market, verdict.state]
    found = [
        [*head, place.slot, name, role, finding.rule, finding.state, finding.cause, finding.cure]
        for place in verdict.places
        for name, role, findings in (
            ("", "", place.findings),
            *((picture.name, picture.role, picture.findings) for picture in place.pictures),
        )
        for finding in findings
    ]
    return found or [[*head, *[""] * (len(COLUMNS) - len(head))]]
