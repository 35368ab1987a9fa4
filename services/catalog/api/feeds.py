"""Feeds: what channels are handed over, as they fetch it, and what of it somebody should not have any more."""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from services.catalog.api.deps import Day, Deps, Given, Text
from services.catalog.api.gate import Manager, at_least
from services.catalog.api.roles import Identity
from services.catalog.channels.model import Channel
from services.catalog.feeds import runs
from services.catalog.feeds.flat import FLATS, Flat, named
from services.catalog.feeds.formats import FORMATS, Format, models
from services.catalog.feeds.goods import Goods
from services.catalog.feeds.runs import Recorder, Run
from services.catalog.feeds.source import Asked, lots
from services.catalog.pack.answer import sent
from services.catalog.pack.contents import Contents
from services.catalog.pack.names import safe
from services.catalog.queries import handed

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/feeds", tags=["feeds"])
Reader = Annotated[Identity, Depends(at_least("channel"))]
LAST_RUNS = 10


class FormatItem(BaseModel):
    """How a feed may be written."""

    name: str
    about: str


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
        bool, Query(description="Give what a machine cannot judge and nobody has looked at, too (*for a person*)")
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
    """How feeds are written; `GET /v1/channels` lists the channels."""
    about = {name: one.about for name, one in FORMATS.items()} | {name: one.about for name, one in FLATS.items()}
    return [FormatItem(name=name, about=words) for name, words in about.items()]


@router.get("/recalls")
async def list_recalls(deps: Given, who: Reader, limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> list[ToRecall]:
    """What went out by a feed and was withdrawn, limited to others, replaced, unlinked, said not to fit or blocked by
    the channel's rules since: until that feed is fetched again."""
    return [ToRecall(**row) for row in await handed.to_recall(deps.database, limit)]


@router.get("/{channel}/{format}/runs")
async def list_feed_runs(deps: Given, who: Reader, which: Which) -> list[Run]:
    """The last runs that gave something else than the one before, the newest first."""
    return await runs.runs(deps.library, which.name, LAST_RUNS)


@router.delete("/{channel}/{format}", status_code=204)
async def end_feed(deps: Given, who: Manager, which: Which) -> None:
    """The channel has nothing of it any more, or it was a trial: nothing is to be called back. A run tells it."""
    recorder = Recorder(which.name, who.name, which.asked.audience)
    await _keep(deps, recorder)


@router.get("/{channel}/{format}", response_class=StreamingResponse)
async def get_feed(
    deps: Given,
    who: Reader,
    which: Which,
    since: Annotated[Text, Query(description="Id of a run: only what is given otherwise since then")] = "",
    record: Annotated[
        bool | None,
        Query(
            description="The channel has this from now on. By default so for keys of the role channel alone; others "
            "have it themselves (`<feed>@<name>`), and what of it may not be given any more is a task. false: a look"
        ),
    ] = None,
) -> StreamingResponse:
    """All products that are ready on the channel, with the addresses of their files, as it may be given now.

    Addresses change exactly when the bytes do. What the channel itself fetches is recorded once it was sent whole;
    who only looks (`record=false`) changes nothing. With `since`, `json` also names what is not given any more,
    without pictures.
    """
    if record and not which.today:
        raise HTTPException(
            422, "What is given by the rules of another day (`on`) is with no channel: leave out `record`."
        )
    before = await _before(deps, which, since)
    recorders = _recorders(which, who, record)
    if flat := FLATS.get(which.format):
        return await _flat(deps, which, flat, recorders)
    form = FORMATS[which.format]
    headers = {
        "Content-Disposition": f'attachment; filename="{safe(which.name)}.{form.ending}"',
        "Cache-Control": "no-store",
    }
    body = _sent(deps, which, form, before, recorders)
    return StreamingResponse(body, headers=headers, media_type=f"{form.media_type}; charset=utf-8")


def _recorders(which: Wanted, who: Identity, record: bool | None) -> list[Recorder]:
    """What the channel itself fetches is the feed's own run. What somebody else does is theirs; where they hand it
    over, it is both: the channel has it, and takes it out again only where they go there."""
    if not which.today or record is False:
        return []
    fetched = who.role == "channel"
    names = [which.name] if fetched or record else []
    names += [] if fetched else [f"{which.name}{handed.OWN}{safe(who.name)}"]
    form = FORMATS.get(which.format)
    return [Recorder(name, who.name, which.asked.audience, form.said if form else None) for name in names]


async def _before(deps: Deps, which: Wanted, since: str) -> dict[str, runs.Given]:
    if not since:
        return {}
    found = await runs.given(deps.library, which.name, since) if safe(since) == since else None
    if found is None:
        raise HTTPException(404, f"There is no run {since} of {which.name}: {which.name} without `since` gives all.")
    return found


async def _sent(
    deps: Deps, which: Wanted, form: Format, before: dict[str, runs.Given], recorders: Sequence[Recorder]
) -> AsyncIterator[str]:
    yield form.heading
    left = dict(before)
    async for lot in lots(deps.database, which.asked):
        for recorder in recorders:
            recorder.take(lot.goods, lot.left_out)
        changed = {one.sku for one in lot.goods if _differs(one, left.pop(one.sku, None), form)}
        yield "".join(
            form.lines(variants if form.whole else [one for one in variants if one.sku in changed])
            for variants in models(lot.goods)
            if any(one.sku in changed for one in variants)
        )
    if form.name == "json" and left:
        yield form.lines([Goods(sku, "", "", "", "", ()) for sku in left])
    for recorder in recorders:
        await _keep(deps, recorder)


def _differs(one: Goods, before: runs.Given | None, form: Format) -> bool:
    """Runs of older releases do not tell what was said."""
    return before is None or before.pictures != one.content or before.said not in ("", form.said(one))


async def _flat(deps: Deps, which: Wanted, flat: Flat, recorders: Sequence[Recorder]) -> StreamingResponse:
    ready: list[Goods] = []
    left_out = 0
    async for lot in lots(deps.database, which.asked):
        left_out += lot.left_out
        ready += lot.goods
    naming = flat.by(which.asked.channel.on(which.asked.day))
    pack = named(naming, ready)
    if not pack.files:
        raise HTTPException(409, f"No product is ready on {which.asked.channel.title} with {naming.spoken}.")
    answer = sent(deps.library, Contents(pack.entries, pack.missing), which.name)
    for recorder in recorders:
        recorder.take(pack.given, left_out + len(ready) - len(pack.given))
    if recorders:
        answer.body_iterator = _whole(deps, answer.body_iterator, recorders)
    return answer


async def _whole(deps: Deps, body: AsyncIterable[Any], recorders: Sequence[Recorder]) -> AsyncIterator[Any]:
    async for block in body:
        yield block
    for recorder in recorders:
        await _keep(deps, recorder)


async def _keep(deps: Deps, recorder: Recorder) -> None:
    """All was sent: what was broken off is no run, and is given again."""
    run = await recorder.keep(deps.library, datetime.now(UTC))
    await handed.keep(deps.database, run.feed, recorder.rows, datetime.now(UTC), recorder.audience)
    log.info("%s was given %d pictures of %d products as %s", run.by, run.pictures, run.products, run.feed)
