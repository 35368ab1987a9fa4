"""Products that wait to be delivered: marks in the library, looked at every two seconds, old ones every minute.

A mark is removed by its version when its product waits no more: one that was left meanwhile is another version.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, unquote

from runtime.broker import Record
from runtime.deliver import Emit, Saying, say_all, until_current
from runtime.outage import ride_out
from schemas.delivery import Delivery
from schemas.facet import Facet
from schemas.product import ProductMedia
from schemas.topics import ASSET_METADATA
from services.pim.writeback import (
    Deps,
    delivery_object,
    overwrite_object,
    shown_object,
    unsettled,
    waiting_object,
    write_back,
)

log = logging.getLogger(__name__)
EVERY_S = 2.0
YOUNG = timedelta(minutes=1)
CHANGES = (b"/head", b"/renditions", b"/renditions.later")
SLOWLY = 30
"""Every so many rounds the old ones are looked at, and of them at most AT_ONCE: a PIM away must not be stormed."""
AT_ONCE = 100


def media_object(sku: str) -> str:
    """Where the linker archives a product's media."""
    return f"media/{quote(sku, safe='')}.json"


async def asset_changed(facet: Facet, deps: Deps) -> Saying:
    """A picture went live or was rendered anew: whoever shows it is looked at again."""
    prefix = shown_object(deps.target.system, facet.asset_id, "")
    for info in await deps.library.listing(prefix):
        await deps.library.put(waiting_object(deps.target.system, unquote(info.key.removeprefix(prefix))), b"")
    return
    yield  # it says nothing: marks are objects


def concerns(record: Record) -> bool:
    """Of `asset.metadata` only what changes what is shown."""
    return record.topic != ASSET_METADATA.name or (record.key or b"").endswith(CHANGES)


class Waiting:
    """The loop. `owns`: whether this process is the one that looks."""

    def __init__(self, deps: Deps, emit: Emit, owns: Callable[[], bool], every_s: float = EVERY_S) -> None:
        self._deps, self._emit, self._owns, self._every_s = deps, emit, owns, every_s
        self._stopping = asyncio.Event()
        self._round = 0

    def stop(self) -> None:
        """End after the running product."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            if self._owns():
                await ride_out(self.look)
            try:
                await asyncio.wait_for(self._stopping.wait(), self._every_s)
            except TimeoutError:
                continue

    async def look(self) -> None:
        """One round. Raises Unavailable."""
        self._round += 1
        library, system = self._deps.library, self._deps.target.system
        for mark in await library.listing(overwrite_object(system, "")):
            await self._settle(mark.key, overwrite=True)
        marks, now = await library.listing(waiting_object(system, "")), await library.now()
        young = [mark.key for mark in marks if now - mark.modified < YOUNG]
        old = [mark.key for mark in marks if now - mark.modified >= YOUNG] if self._round % SLOWLY == 0 else []
        for key in [*young, *random.sample(old, min(len(old), AT_ONCE))]:
            if self._stopping.is_set():
                return
            await self._settle(key, overwrite=False)

    async def _settle(self, key: str, *, overwrite: bool) -> None:
        library, system = self._deps.library, self._deps.target.system
        marks = [info for info in await library.versions(key) if not info.deleted]
        sku = unquote(key.rpartition("/")[2])
        if not await self._again(sku, overwrite=overwrite) or overwrite:
            for info in marks:
                await library.remove(key, info.version_id)
        log.debug("%s: looked at %s again", system, sku)

    async def _again(self, sku: str, *, overwrite: bool) -> bool:
        """Deliver it; whether it still waits."""
        library, system = self._deps.library, self._deps.target.system
        stored = await library.get(media_object(sku))
        if stored is None:
            return False
        media = ProductMedia.model_validate_json(stored.body)

        async def deliver() -> None:
            await say_all(write_back(media, self._deps, overwrite=overwrite, marked=not overwrite), self._emit)

        await until_current(deliver)
        written = await library.get(delivery_object(system, sku))
        if written is None:
            return False
        return unsettled(Delivery.model_validate_json(written.body))
