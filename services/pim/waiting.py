"""Products that wait to be delivered, by marks in the library: looked at when they are new or renewed.

Whatever may end their waiting renews them: a picture that goes live or is rendered, a PIM's value that changes. What
only time or people mend is looked at later. A person's word that ours counts is such a mark, too. A mark is removed
by its version when its product waits no more: one that was left meanwhile is another version.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from runtime.broker import Record
from runtime.deliver import Emit, Saying, say_all, until_current
from runtime.objects import ObjectInfo
from runtime.outage import Unavailable, ride_out
from schemas.delivery import Delivery
from schemas.facet import Facet
from schemas.product import ProductMedia, media_object
from schemas.topics import ASSET_METADATA
from services.pim.writeback import (
    Deps,
    delivery_object,
    mark,
    overwrite_object,
    shown_object,
    unsettled,
    waiting_object,
    write_back,
)

log = logging.getLogger(__name__)
EVERY_S = 1.0
SLOWLY, SOME = 60, 100
"""Every so many rounds some of the others are looked at, too, those first that were not for longest: a PIM that was
away must not be stormed."""
AT_ONCE = 16
CHANGES = (b"/head", b"/renditions", b"/renditions.later")


async def asset_changed(facet: Facet, deps: Deps) -> Saying:
    """A picture went live or was rendered anew: whoever shows it is looked at again."""
    prefix = shown_object(deps.target.system, facet.asset_id, "")
    for info in await deps.library.listing(prefix):
        await mark(deps.library, deps.target.system, unquote(info.key.removeprefix(prefix)))
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
        self._looked: dict[str, str] = {}
        """Mark → the one of it that was looked at; those that were not for longest come first."""
        self._gate = asyncio.Semaphore(AT_ONCE)

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
        words = await library.listing(overwrite_object(system, ""))
        marks = await library.listing(waiting_object(system, ""))
        standing = {one.key: one for one in (*words, *marks)}
        self._looked = {key: etag for key, etag in self._looked.items() if key in standing}
        fresh = [one for one in standing.values() if self._looked.get(one.key) != one.etag]
        others = [standing[key] for key, etag in self._looked.items() if standing[key].etag == etag]
        due = {_sku(one) for one in (*fresh, *(others[:SOME] if self._round % SLOWLY == 0 else ()))}
        of = defaultdict[str, list[ObjectInfo]](list)
        for one in standing.values():
            of[_sku(one)].append(one)
        meant, marked = {_sku(one) for one in words}, {_sku(one) for one in marks}
        ended = await asyncio.gather(
            *(self._settle(sku, of[sku], overwrite=sku in meant, marked=sku in marked) for sku in due),
            return_exceptions=True,
        )
        for error in ended:
            if error is not None:
                raise error

    async def _settle(self, sku: str, marks: Sequence[ObjectInfo], *, overwrite: bool, marked: bool) -> None:
        library = self._deps.library
        async with self._gate:
            if self._stopping.is_set():
                return
            versions = [(m.key, v.version_id) for m in marks for v in await library.versions(m.key) if not v.deleted]
            try:
                waits = await self._again(sku, overwrite=overwrite, marked=marked)
            except Unavailable:
                raise
            except Exception as error:  # it waits for us to mend that; the others go on
                log.error("%s could not be delivered: %s", sku, error, exc_info=error)
                waits = True
            for one in marks:
                self._looked.pop(one.key, None)
                if waits:
                    self._looked[one.key] = one.etag
            for key, version in versions if not waits else ():
                await library.remove(key, version)

    async def _again(self, sku: str, *, overwrite: bool, marked: bool) -> bool:
        """Deliver it; whether it still waits."""
        library, system = self._deps.library, self._deps.target.system
        stored = await library.get(media_object(sku))
        if stored is None:
            return False
        media = ProductMedia.model_validate_json(stored.body)

        async def deliver() -> None:
            await say_all(write_back(media, self._deps, overwrite=overwrite, marked=marked), self._emit)

        await until_current(deliver)
        written = await library.get(delivery_object(system, sku))
        if written is None:
            return False
        return unsettled(Delivery.model_validate_json(written.body))


def _sku(mark: ObjectInfo) -> str:
    return unquote(mark.key.rpartition("/")[2])
