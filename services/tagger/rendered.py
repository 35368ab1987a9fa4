"""Render's web size in place of a large photograph, which it has read already: that is a third of the first wave.

It comes within a second or so, or is done without: nothing here may keep tags from being made.
"""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError

from runtime.assets import Standing, read_facet
from runtime.broker import Record
from runtime.deliver import decoder
from runtime.eye import DECODED
from runtime.objects import Bucket
from runtime.outage import ride_out
from schemas.asset import AssetIngested, LaterWork
from schemas.facet import facet_object
from schemas.rendition import FIRST, Rendition, RenditionsFacet
from schemas.topics import ASSET_INGESTED

log = logging.getLogger(__name__)
LARGE = 1_200_000
"""Bytes of a JPEG from which on reading a smaller one saves more than asking for it costs (docs/models.md)."""
LEAST = 2 * DECODED
"""Pixels of its longer side at least: made smaller by half, what its own compression did to it is not seen."""
LOOK_S, PATIENCE_S, ALONE_S = 0.2, 3.0, 60.0


@dataclass(frozen=True)
class Rendered:
    """A picture that shows all of the original; width, height: of the upright original."""

    key: str
    width: int
    height: int


def is_large(event: AssetIngested) -> bool:
    """Whether it pays to look at something smaller."""
    return event.media_type == "image/jpeg" and event.bytes >= LARGE and not isinstance(event, LaterWork)


async def instead(library: Bucket, event: AssetIngested, found: Standing) -> Rendered | None:
    """What render has made of a large original, if it is there and serves; else the original is looked at."""
    if not is_large(event) or facet_object(event.asset_id, event.version, FIRST) not in found.objects:
        return None
    facet = await read_facet(library, event.asset_id, event.version, FIRST)
    made = RenditionsFacet.model_validate(facet.data) if facet else None
    if made is None or made.sha256 != event.sha256:
        return None
    serve = [one for one in made.renditions if _serves(one)]
    smallest = min(serve, key=lambda one: one.width * one.height, default=None)
    return Rendered(smallest.key, made.width, made.height) if smallest and made.width and made.height else None


def _serves(one: Rendition) -> bool:
    """JPEGs alone are read at half their size, for little more than half the time."""
    return bool(one.faithful) and one.format == "jpeg" and max(one.width, one.height) >= LEAST


class Patience:
    """Waits for render's pictures of large originals, one after the other, before their messages take a slot.

    One that does not come in PATIENCE_S is not waited for, and nor is any other until it has come, or ALONE_S are over:
    render is away, or behind, and costs us that wait once.
    """

    def __init__(self, library: Bucket, look_s: float = LOOK_S, patience_s: float = PATIENCE_S) -> None:
        self._library, self._look_s, self._patience_s = library, look_s, patience_s
        self._turn = asyncio.Lock()
        self._missed: AssetIngested | None = None
        self._alone_until = 0.0

    async def __call__(self, record: Record) -> None:
        """For `Worker.ready`: new work only; what is tagged again has its renditions, or does without."""
        if record.topic != ASSET_INGESTED.name:
            return
        try:
            event = decoder(AssetIngested)(record)
        except ValidationError:
            return  # the delivery buries it, with its cause
        if is_large(event):
            await ride_out(partial(self.wait, event))

    async def wait(self, event: AssetIngested) -> None:
        """Until render has said something of it, for good or ill. Raises Unavailable."""
        if await self._said(event):
            return
        now = asyncio.get_running_loop().time
        async with self._turn:
            if self._missed and now() < self._alone_until and not await self._said(self._missed):
                return
            self._missed, began = None, now()
            while not await self._said(event):
                if now() - began >= self._patience_s:
                    self._missed, self._alone_until = event, now() + ALONE_S
                    log.info("render's picture does not come: originals are looked at until it does")
                    return
                await asyncio.sleep(self._look_s)

    async def _said(self, event: AssetIngested) -> bool:
        """Whether a facet of renditions is there: of the first of them, or of all, or that it refused."""
        return bool(await self._library.listing(f"facets/{event.asset_id}/{event.version}/renditions"))
