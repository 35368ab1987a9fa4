"""“Look at this one”, say webhooks: a product is asked for at once, by its id, and what it says then is believed.

A hint is on Kafka before its webhook is answered. Whoever reads it there leaves a mark in the library, which outlives
the process and the PIM's outages, and holds up no other PIM's hints; whoever asks the PIM follows the marks.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote, unquote
from uuid import uuid4

from runtime.deliver import Saying
from runtime.objects import Bucket
from runtime.outage import Unavailable
from schemas.product import Entity, PimEvent, PimHint
from services.pim.archive import Archive
from services.pim.handler import product_object
from services.pim.refusals import Refuse
from services.pim.source import Batch, Refused, Source

log = logging.getLogger(__name__)
Id = tuple[Entity, str]
MOST_AWAY = 3
"""So many in a row that cannot be had: the PIM is away."""


async def hinted(hint: PimHint, asked: Mapping[str, "Hints"]) -> Saying:
    """`pim.hints` → a mark for who asks that PIM. `asked`: by system, those that the settings name."""
    if (hints := asked.get(hint.system)) is not None:
        await hints.keep(hint.kind, hint.id)
    else:
        log.warning("a hint of %s, which the settings name no more, says nothing", hint.system)
    return
    yield  # what it says are marks


class Hints:
    """Of one PIM."""

    def __init__(
        self, source: Source, library: Bucket, take: Callable[[Batch], Awaitable[None]], refuse: Refuse
    ) -> None:
        """`refuse` tells people of what could not be followed."""
        self._source, self._library, self._take, self._refuse = source, library, take, refuse
        self._archive = Archive(library)
        self.arrived = asyncio.Event()
        self._away = set[Id]()
        """Those that could not be had the last time are asked for after the others."""

    async def keep(self, kind: Entity, id: str) -> None:
        """This one has changed, or has gone. Each mark is another: one that comes meanwhile is followed again."""
        await self._library.put(f"{self._marks()}{kind}/{quote(id, safe='')}/{uuid4().hex}", b"")
        self.arrived.set()

    async def follow(self) -> None:
        """Ask for all that are marked. What the PIM cannot give now keeps its mark. Raises Unavailable where there is
        such a one, after the others or after several in a row; NotAllowed at once."""
        while marks := await self._kept():
            away, in_a_row = None, 0
            for (kind, id), keys in sorted(marks.items(), key=lambda mark: mark[0] in self._away):
                try:
                    await self._ask(kind, id)
                except Refused as error:  # the others are not at fault
                    self._refuse(self._source.system, f"a webhook named {kind} {id}: {error}")
                except Unavailable as error:  # perhaps of this one alone
                    self._away.add((kind, id))
                    away, in_a_row = error, in_a_row + 1
                    if in_a_row == MOST_AWAY:
                        raise
                    continue
                in_a_row = 0
                self._away.discard((kind, id))
                for key in keys:
                    await self._remove(key)
            if away is not None:
                raise away

    async def _ask(self, kind: Entity, id: str) -> None:
        if (batch := await self._source.one(kind, id)) is not None:
            await self._take(batch)
            for problem in batch.problems:
                self._refuse(self._source.system, problem)
        elif not await self._stands(kind, id):
            self._refuse(
                self._source.system, f"a webhook named {kind} {id}, which is not in the PIM and never was here"
            )
        else:
            await self._take(Batch((PimEvent(system=self._source.system, kind=kind, id=id, removed=True),)))

    async def _remove(self, key: str) -> None:
        """By its version: each mark has a name of its own, and markers of the deleted would stay for ever."""
        for info in await self._library.versions(key):
            await self._library.remove(key, info.version_id)

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
        await self._archive.refresh()
        record = await self._archive.get(path)
        return record is not None and record.status == "active"
