"""“Look at this one”, say webhooks: a product is asked for at once, by its id, and what it says then is believed."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from urllib.parse import quote, unquote

from runtime.objects import Bucket
from schemas.product import Entity, PimEvent, Product
from services.pim.handler import product_object
from services.pim.importing import MOST
from services.pim.source import Batch, Source

log = logging.getLogger(__name__)
MOST_WAITING = 10_000
"""More are left to the next question what has changed."""
Id = tuple[Entity, str]


class Hints:
    """Of one PIM. A lost one costs only time: the poller finds what has changed, and everything tells what has gone.

    Where that time is long, a hint is *kept*: a mark in the library, which whoever asks next finds.
    """

    def __init__(self, source: Source, library: Bucket, take: Callable[[Batch], Awaitable[None]]) -> None:
        self._source, self._library, self._take = source, library, take
        self._waiting: dict[Id, None] = {}
        self._gone = 0
        self.arrived = asyncio.Event()

    def hint(self, kind: Entity, id: str) -> None:
        """This one has changed, or has gone."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting[kind, id] = None
        self.arrived.set()

    async def keep(self, kind: Entity, id: str, nonce: str) -> None:
        """The same, and it outlives this process. `nonce` tells two events apart. Raises Unavailable."""
        await self._library.put(f"{self._marks()}{kind}/{quote(id, safe='')}/{nonce}", b"")
        self.hint(kind, id)

    def forget(self) -> None:
        """Another process asks."""
        self._waiting.clear()

    def anew(self) -> None:
        """Everything was asked for: removals are counted from here."""
        self._gone = 0

    async def follow(self, known: int) -> None:
        """Ask for all that wait; of `known` records few may go so. Raises Unavailable, NotAllowed."""
        marks = await self._kept()
        self._waiting |= dict.fromkeys(marks)
        while self._waiting:
            kind, id = next(iter(self._waiting))
            del self._waiting[kind, id]
            if (batch := await self._source.one(kind, id)) is not None:
                await self._take(batch)
            elif await self._stands(kind, id):
                self._gone += 1
                if self._gone <= MOST * known:  # of more, everything together tells, and asks
                    gone = PimEvent(system=self._source.system, kind=kind, id=id, removed=True)
                    await self._take(Batch((gone,)))
            else:
                log.warning("%s: a webhook named %s %s, which is not there", self._source.system, kind, id)
            for mark in marks.pop((kind, id), []):
                await self._library.delete(mark)

    def _marks(self) -> str:
        return f"pim/{self._source.system}.hints/"

    async def _kept(self) -> dict[Id, list[str]]:
        found = defaultdict[Id, list[str]](list)
        for info in await self._library.listing(self._marks()):
            kind, id, _ = info.key.removeprefix(self._marks()).split("/")
            found[kind, unquote(id)].append(info.key)  # type: ignore[index]  # we wrote it
        return found

    async def _stands(self, kind: Entity, id: str) -> bool:
        path = product_object(PimEvent(system=self._source.system, kind=kind, id=id))
        stored = await self._library.get(path)
        return stored is not None and Product.model_validate_json(stored.body).status == "active"
