"""How a feed is sent, as a list or as a ZIP, and what of it is written down: all that went out, whole or broken off."""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from fastapi import HTTPException
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from runtime.database import Database
from runtime.objects import Bucket
from runtime.outage import ride_out
from schemas.limits import Audience
from services.catalog.channels.naming import Naming
from services.catalog.feeds.flat import named
from services.catalog.feeds.formats import Format, models
from services.catalog.feeds.goods import Goods
from services.catalog.feeds.runs import Given, Recorder, Run
from services.catalog.feeds.source import Asked, Lot, lots
from services.catalog.pack.answer import attached, sent
from services.catalog.pack.contents import Contents
from services.catalog.pack.names import safe
from services.catalog.queries import handed

log = logging.getLogger(__name__)
PATIENCE_S = 60.0
"""So long a server may be away while what was sent is written down; then who fetched it sees that it broke off."""


class Kept:
    """Where runs are written down, each once. recorders: of the channel, and of who has it besides."""

    def __init__(self, database: Database, library: Bucket, recorders: Sequence[Recorder]) -> None:
        self.database, self.library, self.recorders = database, library, recorders
        self._kept: set[Recorder] = set()

    async def own(self) -> None:
        """What somebody has for themselves: half of it is had, too. Raises Unavailable."""
        await self._keep([one for one in self.recorders if one.own and one.rows])

    async def all(self) -> None:
        """It was sent whole: now the channel has it. Outages are waited for a while. Raises Unavailable."""
        await ride_out(partial(self._keep, self.recorders), patience_s=PATIENCE_S)

    async def _keep(self, recorders: Sequence[Recorder]) -> None:
        for recorder in recorders:
            if recorder not in self._kept:
                run = await keep(self.database, self.library, recorder)
                self._kept.add(recorder)
                log.info("%s was given %d pictures of %d products as %s", run.by, run.pictures, run.products, run.feed)


async def keep(database: Database, library: Bucket, recorder: Recorder) -> Run:
    """Where-used, and a run; as often as it takes. Raises Unavailable."""
    await handed.keep(database, recorder.feed, recorder.rows, recorder.begun, recorder.audience)
    return await recorder.keep(library, datetime.now(UTC))


class Since(NamedTuple):
    """What an increment is compared with: the run that was asked for, and the last one of that feed."""

    before: Mapping[str, Given] = {}
    last: Mapping[str, Given] = {}


class ListSent(StreamingResponse):
    """A list, line by line. Who goes away before its end has what was sent until then."""

    def __init__(self, kept: Kept, form: Format, asked: Asked, since: Since, name: str) -> None:
        headers = {
            "Content-Disposition": attached(f"{safe(name)}.{form.ending}", f"feed.{form.ending}"),
            "Cache-Control": "no-store",
        }
        lines = _lines(kept, form, asked, since)
        super().__init__(lines, headers=headers, media_type=f"{form.media_type}; charset=utf-8")
        self._noted = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI. Raises Unavailable."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await ride_out(self._noted.own, patience_s=PATIENCE_S)


async def _lines(kept: Kept, form: Format, asked: Asked, since: Since) -> AsyncIterator[str]:
    yield form.heading
    before, left = dict(since.before), {**since.before, **since.last}
    async for lot in lots(kept.database, asked, shop=form.of_shop):
        fits = [form.fit(variants) for variants in models(lot.goods)]
        given = [one for fit in fits for one in fit.goods]
        notes = [note for fit in fits for note in fit.notes]
        for recorder in kept.recorders:
            recorder.take(given, lot.left_out + len(lot.goods) - len(given), notes, lot.limited)
        changed = {one.sku for one in given if _differs(one, before.get(one.sku), form)}
        for one in given:
            left.pop(one.sku, None)
        yield "".join(
            form.lines(fit.goods if form.whole else [one for one in fit.goods if one.sku in changed])
            for fit in fits
            if any(one.sku in changed for one in fit.goods)
        )
    if form.says_none and left:
        yield form.lines([Goods(sku, "", "", "", "", ()) for sku in left])
    elif left:
        for recorder in (one for one in kept.recorders if not one.own):
            recorder.hold(left)
    await kept.all()


def _differs(one: Goods, before: Given | None, form: Format) -> bool:
    """Runs of older releases do not tell what was said."""
    return before is None or before.pictures != one.content or before.said not in ("", form.said(one))


async def zip_sent(kept: Kept, ready: Lot, naming: Naming, name: str, audience: Audience) -> StreamingResponse:
    """Files under these names. Of what takes minutes to send, rights are asked again on the way.

    Who takes it for themselves is noted before the first byte. Raises 409 where nothing has a name, and Unavailable.
    """
    pack = named(naming, ready.goods)
    if not pack.files:
        raise HTTPException(409, f"No product is ready there with {naming.spoken}.")
    left_out = ready.left_out + len(ready.goods) - len(pack.given)
    for recorder in kept.recorders:
        if recorder.own:
            recorder.take(pack.given, left_out, pack.missing, ready.limited)
    await kept.own()
    gone: set[str] = set()

    async def still(assets: Collection[str]) -> set[str]:
        found = await handed.deliverable(kept.database, assets, audience)
        gone.update(set(assets) - found)
        return found

    answer = sent(kept.library, Contents(pack.entries, pack.missing), name, still)

    async def whole(body: AsyncIterable[Any]) -> AsyncIterator[Any]:
        async for block in body:
            yield block
        for recorder in kept.recorders:
            if not recorder.own:
                recorder.take(_without(pack.given, gone), left_out, pack.missing, ready.limited)
        await kept.all()

    answer.body_iterator = whole(answer.body_iterator)
    return answer


def _without(given: Sequence[Goods], gone: set[str]) -> Iterator[Goods]:
    for one in given:
        if pictures := tuple(picture for picture in one.pictures if picture.asset not in gone):
            yield one._replace(pictures=pictures)
