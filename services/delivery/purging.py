"""Tells a CDN what has changed, by surrogate key, once the view has it. Caches forget by themselves after a minute:
so what could not be told, or was not told when the process ended, is late and not lost."""

import asyncio
import logging
from collections.abc import Iterator, Sequence

import aiohttp

from runtime.outage import backoff
from runtime.projection import Change
from schemas.facet import Facet
from schemas.product import ProductMedia
from services.delivery.answers import asset_key, sku_key
from services.delivery.rows import MADE, alts, focal

log = logging.getLogger(__name__)
GATHER_S = 1.0
MOST = 256
"""Keys in one request: Fastly takes so many."""
KEPT = 100_000
"""More keys than these wait for a CDN that does not answer only as long as they are fresh."""


def keys(changes: Sequence[Change]) -> set[str]:
    """Of everything that these records can change, but for what people decide (`Purging.then`)."""
    found = set()
    for change in changes:
        match change.message:
            case Facet() as facet if facet.facet == "head" or facet.facet.startswith(MADE):
                found.add(asset_key(facet.asset_id))
            case ProductMedia() as media:
                found.add(sku_key(media.sku))
    return found


class Purging:
    """One sender. `url` empty: nothing is told."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._waiting: dict[str, None] = {}
        self._curated: dict[str, int] = {}
        """Asset → hash of its texts and point when they were last seen."""
        self._stopping = asyncio.Event()

    async def then(self, changes: Sequence[Change]) -> None:
        """After the rows of these are committed."""
        if self._url:
            self._waiting.update(dict.fromkeys(sorted(keys(changes) | set(self._other_texts(changes)))))
            for old in list(self._waiting)[: max(0, len(self._waiting) - KEPT)]:
                del self._waiting[old]

    def _other_texts(self, changes: Sequence[Change]) -> Iterator[str]:
        """Keys of assets whose alternative texts or point are others now, or not known from before: most of what people
        decide, and all that shops report, shows nowhere, and must not empty a cache.
        """
        for change in changes:
            match change.message:
                case Facet(facet="curation") as facet:
                    said = hash((focal(facet), *sorted(alts(facet).items())))
                    if self._curated.pop(facet.asset_id, None) != said:
                        yield asset_key(facet.asset_id)
                    self._curated[facet.asset_id] = said
        for old in list(self._curated)[: max(0, len(self._curated) - KEPT)]:
            del self._curated[old]

    async def run(self) -> None:
        """Send until `stop`."""
        if not self._url:
            await self._stopping.wait()
            return
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=10)) as session:
            failed = 0
            while not await self._told_to_stop(GATHER_S if not failed else backoff(failed)):
                some = list(self._waiting)[:MOST]
                failed = 0 if not some or await self._sent(session, some) else failed + 1

    async def _sent(self, session: aiohttp.ClientSession, some: list[str]) -> bool:
        for key in some:
            del self._waiting[key]
        try:
            async with session.post(self._url, json={"surrogate_keys": some}, allow_redirects=False) as response:
                if response.status < 300:
                    return True
                why = f"HTTP {response.status}"
        except (aiohttp.ClientError, TimeoutError) as error:
            why = repr(error)
        log.warning("the CDN was not told of %d keys, tried again: %s", len(some), why)
        self._waiting = dict.fromkeys(some) | self._waiting
        return False

    async def _told_to_stop(self, within_s: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), within_s)
        except TimeoutError:
            return False
        return True

    def stop(self) -> None:
        """End."""
        self._stopping.set()
