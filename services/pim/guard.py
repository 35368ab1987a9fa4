"""No PIM empties the library by a slip: what goes, or loses what its pictures are found by, is counted before it is
said. More than 2 % wait until everything was asked for, which counts anew and, where it is that much, asks a person.

A product that lost its SKU goes; what unlinks is told by `importing.loses`: as with lists.
"""

import asyncio
from collections.abc import Container
from dataclasses import replace
from uuid import uuid4

from runtime.objects import Bucket
from schemas.product import Entity, PimEvent, Product
from services.pim.archive import Archive
from services.pim.handler import product_object
from services.pim.importing import MOST, SHOWN, Standing, loses
from services.pim.polled import asked_object, read_polled
from services.pim.refusals import Refuse
from services.pim.source import Batch

Id = tuple[Entity, str]
LOOKED_AT = ("gtin", "name", "parent", "axes", "category", "attributes", "files")


def most(known: int) -> float:
    """So many of those known may go or lose unasked; one alone always may."""
    return max(1.0, MOST * known)


class Guard:
    """Of one PIM."""

    def __init__(self, system: str, library: Bucket, refuse: Refuse) -> None:
        """`refuse` tells people what waits."""
        self._system, self._library, self._refuse = system, library, refuse
        self._archive = Archive(library)
        self._lost = set[Id]()
        """Since everything was asked for."""

    def anew(self) -> None:
        """Everything was asked for, and it was not too much: it is counted from here."""
        self._lost.clear()

    async def sifted(self, batch: Batch) -> Batch:
        """What of it may be said now. Where something has to wait, everything is asked for with the next turn."""
        if not (losing := await self.losing(batch)):
            return batch
        polled = await read_polled(self._library, self._system)
        held = polled is not None and polled.held is not None
        new, self._lost = losing.keys() - self._lost, self._lost | losing.keys()
        if not held and len(self._lost) <= most(polled.known if polled else 0):
            return batch
        if not held:
            await self._ask()
        if new:
            what = ", ".join(list(losing.values())[:SHOWN])
            until = "until `packshot pim --confirm-removals`" if held else "until everything is read again"
            self._refuse(self._system, f"more than 2 % would go or lose their links; waiting {until}: {what}")
        return without(batch, losing)

    async def losing(self, batch: Batch, there: Container[str] | None = None) -> dict[Id, str]:
        """Which of them would lose what, in words. `there`: where records lie, if that is known."""
        stay = {event.id for event in batch.events if not event.removed}  # a product that became a model goes as such
        asked = [one for one in batch.events if one.kind in ("product", "model")]
        asked = [one for one in asked if not (one.removed and one.id in stay)]
        asked = [one for one in asked if there is None or product_object(one) in there]
        if asked:
            await self._archive.refresh()
        lines = await asyncio.gather(*map(self._line, asked))
        return {(event.kind, event.id): line for event, line in zip(asked, lines, strict=True) if line}

    async def _line(self, event: PimEvent) -> str:
        record = await self._archive.get(product_object(event))
        if record is None or record.status != "active":
            return ""
        return goes(record) if event.removed else loses(_standing(event), record)

    async def _ask(self) -> None:
        """Each word is another: one that comes while everything is read is not taken for that reading's."""
        stored = await self._library.get(asked_object(self._system))
        if stored is None or not stored.body:  # a person's word stays
            await self._library.put(asked_object(self._system), uuid4().hex.encode())


def goes(record: Product) -> str:
    """In words."""
    return f"{record.sku or record.id} goes"


def without(batch: Batch, losing: dict[Id, str]) -> Batch:
    """The others."""
    return replace(batch, events=tuple(one for one in batch.events if (one.kind, one.id) not in losing))


def _standing(event: PimEvent) -> Standing:
    said = {name: event.fields[name] for name in LOOKED_AT if name in event.fields}
    return Standing("product", event.fields["sku"], **said)
