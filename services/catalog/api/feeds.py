"""Feeds: what channels are handed over, as they fetch it, and what of it somebody should not have any more."""

from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from services.catalog.api.deps import Day, Deps, Given, Text
from services.catalog.api.gate import Manager, at_least, need
from services.catalog.api.roles import Identity
from services.catalog.channels.model import Channel
from services.catalog.feeds import runs
from services.catalog.feeds.flat import FLATS
from services.catalog.feeds.formats import FORMATS
from services.catalog.feeds.runs import Recorder, Run
from services.catalog.feeds.sending import Kept, ListSent, Since, keep, zip_sent
from services.catalog.feeds.source import Asked, Lot, lots
from services.catalog.pack.names import safe
from services.catalog.queries import handed

router = APIRouter(prefix="/v1/feeds", tags=["feeds"])
Reader = Annotated[Identity, Depends(at_least("channel"))]
LAST_RUNS = 10


class FormatItem(BaseModel):
    """How a feed may be written."""

    name: str
    about: str
    channels: list[str] = Field(description="Which are handed over so", examples=[["amazon"]])


class ToRecall(BaseModel):
    """A picture that a feed gave, and would not give now. The next fetch ends it."""

    feed: str
    sku: str
    asset_id: str
    version: int
    name: str
    at: datetime = Field(description="When the feed was fetched last")
    why: str = Field(examples=["withdrawn"])


class Wanted(NamedTuple):
    """A feed, its name, and how it is written. today: by the rules that hold now."""

    asked: Asked
    name: str
    format: str
    today: bool


def channel_of(deps: Given, channel: Text) -> Channel:
    """Raises 404 with those that there are."""
    if channel not in deps.channels:
        raise HTTPException(404, f"There is no channel {channel}. There are: {', '.join(deps.channels)}.")
    return deps.channels[channel]


def wanted(
    deps: Given,
    channel: Annotated[Channel, Depends(channel_of)],
    format: Text,
    market: Annotated[Text, Query(description="A country, or whatever the shop calls its markets")] = "",
    on: Annotated[Day | None, Query(description="By the rules of that day; today by default")] = None,
    doubt: Annotated[
        bool,
        Query(
            description="Role approver: you answer for what no machine can judge of the pictures, by the channel's "
            "`person`; what is measured, or could not be, stays behind"
        ),
    ] = False,
    language: Annotated[Text, Query(description="Of alternative texts", max_length=35)] = "en",
) -> Wanted:
    """Path and query. Raises 404, 409 or 422."""
    if format not in (known := FORMATS.keys() | FLATS.keys()):
        raise HTTPException(404, f"There is no format {format}. There are: {', '.join(sorted(known))}.")
    if not deps.settings.public_url and format in FORMATS:
        raise HTTPException(
            409, "A feed needs whole addresses: set PACKSHOT_PUBLIC_URL to how the world reaches delivery."
        )
    day = on or datetime.now(UTC).date()
    if channel.on(day) is None:
        raise HTTPException(422, f"{channel.title} has no rules on {day}.")
    asked = Asked(channel, market, day, deps.settings.public_url, doubt, language)
    name = ".".join(filter(None, (channel.channel, format, safe(market) if market else "")))
    return Wanted(asked, f"{name}+doubt" if doubt else name, format, on is None)


Which = Annotated[Wanted, Depends(wanted)]


@router.get("/formats")
async def list_feed_formats(deps: Given, who: Reader) -> list[FormatItem]:
    """How feeds are written, and for which channels."""
    about = {name: one.about for name, one in FORMATS.items()} | {name: one.about for name, one in FLATS.items()}
    takers = {name: [one.channel for one in deps.channels.values() if name in one.formats] for name in about}
    return [FormatItem(name=name, about=words, channels=takers[name]) for name, words in about.items()]


@router.get("/recalls")
async def list_recalls(deps: Given, who: Reader, limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> list[ToRecall]:
    """What went out by a feed and was withdrawn, limited to others, replaced, unlinked, said not to fit or blocked by
    the channel's rules since: until that feed is fetched again."""
    return [ToRecall(**row) for row in await handed.to_recall(deps.database, limit)]


@router.get("/{channel}/{format}/runs")
async def list_feed_runs(
    deps: Given,
    who: Reader,
    which: Which,
    own: Annotated[bool, Query(description="Of what you fetched yourself")] = False,
) -> list[Run]:
    """The last runs that gave something else than the one before, the newest first."""
    return await runs.runs(deps.library, _own(which, who) if own else which.name, LAST_RUNS)


@router.delete("/{channel}/{format}", status_code=204)
async def end_feed(deps: Given, who: Manager, which: Which) -> None:
    """The channel has nothing of it any more, or it was a trial: nothing is to be called back. A run tells it."""
    await keep(deps.database, deps.library, Recorder(which.name, who.name, which.asked.audience))


@router.get("/{channel}/{format}", response_class=StreamingResponse)
async def get_feed(
    deps: Given,
    who: Reader,
    which: Which,
    since: Annotated[Text, Query(description="Id of a run: only what is given otherwise since then")] = "",
    record: Annotated[
        bool | None,
        Query(
            description="The channel has this from now on. By default so for keys of the role channel alone; others, "
            "and who fetches what no next file takes back (files, `shopify`), have it themselves (`<feed>@<name>`): "
            "what of it may not be given any more is a task. false: a look"
        ),
    ] = None,
) -> StreamingResponse:
    """All products that are ready on the channel, with the addresses of their files, as it may be given now.

    Addresses change exactly when the bytes do. What the channel itself fetches is recorded once it was sent whole;
    who only looks (`record=false`) changes nothing. With `since`, `json` also names what is not given any more,
    without pictures; the others cannot say so, and the channel counts as having it until it fetches the whole.
    """
    if record and not which.today:
        raise HTTPException(
            422, "What is given by the rules of another day (`on`) is with no channel: leave out `record`."
        )
    _may(which, who, since)
    kept = Kept(deps.database, deps.library, _recorders(which, who, record))
    if form := FORMATS.get(which.format):
        return ListSent(kept, form, which.asked, await _since(deps, which, since), which.name)
    ready = Lot([], 0, [])
    async for lot in lots(deps.database, which.asked):
        ready = Lot([*ready.goods, *lot.goods], ready.left_out + lot.left_out, [*ready.limited, *lot.limited])
    naming = FLATS[which.format].by(which.asked.channel.on(which.asked.day))
    return await zip_sent(kept, ready, naming, which.name, which.asked.audience)


def _may(which: Wanted, who: Identity, since: str) -> None:
    """Raises 403 or 422."""
    channel = which.asked.channel
    if which.asked.doubt:
        need(who, "approver")
    if which.format not in channel.formats:
        raise HTTPException(
            422,
            f"{channel.title} is not handed over as {which.format}, but as {', '.join(channel.formats)}: its rules "
            "are of other files. Take the channel that this format is for, or say `hands_over` in its YAML.",
        )
    if since and which.format in FLATS:
        raise HTTPException(422, f"{which.format} holds all files that are ready: leave out `since`.")


def _recorders(which: Wanted, who: Identity, record: bool | None) -> list[Recorder]:
    """What the channel itself fetches is the feed's own run. What somebody else does is theirs; where they hand it
    over, it is both: the channel has it, and takes it out again only where they go there. So it is, too, with what a
    channel's key fetches and no next file takes back."""
    if not which.today or record is False:
        return []
    form = FORMATS.get(which.format)
    fetched = who.role == "channel"
    names = [which.name] if fetched or record else []
    if not fetched or form is None or not form.lets_go:
        names.append(_own(which, who))
    return [Recorder(name, who.name, which.asked.audience, form.said if form else None) for name in names]


def _own(which: Wanted, who: Identity) -> str:
    return f"{which.name}{handed.OWN}{safe(who.name)}"


async def _since(deps: Deps, which: Wanted, since: str) -> Since:
    """Raises 404 where there is no such run."""
    if not since:
        return Since()
    found = await runs.given(deps.library, which.name, since) if safe(since) == since else None
    if found is None:
        raise HTTPException(404, f"There is no run {since} of {which.name}: {which.name} without `since` gives all.")
    last = await runs.newest(deps.library, which.name)
    return Since(found, await runs.given(deps.library, which.name, last.id) or {} if last else {})
