"""Asks a PIM every half minute what has changed, and once a day for everything; puts it on `pim.events`.

At least once: what is said is acknowledged before the cursor moves, and the cursor is an object that is written over
exactly the one that was read. A crash between any two steps repeats and loses nothing. Only everything tells what has
gone: what it lacks is asked for by name, and removed where the PIM says 404; more than 2 % wait (`guard.py`).
"""

import asyncio
import hashlib
import logging
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from runtime import metrics
from runtime.objects import Bucket, Exists
from runtime.outage import OTHER, Unavailable, server
from runtime.publisher import Outgoing, TooLarge
from runtime.steps import step
from schemas.product import Entity, PimEvent, PimHint, Product
from schemas.topics import PIM_HINTS
from services.pim.archive import Archive
from services.pim.families import circular
from services.pim.guard import Guard, Id, goes, most, without
from services.pim.handler import product_object, said_by_pim
from services.pim.hints import Hints
from services.pim.polled import Held, Polled, asked_object, parsed, polled_object
from services.pim.refusals import Refuse
from services.pim.source import Batch, NotAllowed, Source

log = logging.getLogger(__name__)
REMEMBERED = 100_000
PROBLEMS = 100
OWNING_S = 2.0
"""So often who does not ask looks whether it is to ask now."""
Noticed = Callable[[str, Mapping[str, str | None]], Awaitable[None]]
Publish = Callable[[Outgoing], Awaitable[object]]


class Poller:
    """One PIM's. `owns` says whether this process is the one that asks now."""

    def __init__(
        self,
        source: Source,
        library: Bucket,
        publish: Publish,
        owns: Callable[[], bool],
        every_s: float,
        full_s: float,
        noticed: Noticed | None = None,
        refuse: Refuse = lambda *_: None,
    ) -> None:
        """`noticed` hears what the PIM holds at places that we fill; `refuse` tells people what was not taken."""
        self._noticed, self.refuse = noticed, refuse
        self._source, self._library, self._publish, self._owns = source, library, publish, owns
        self._every_s, self._full = every_s, timedelta(seconds=full_s)
        self._stopping = asyncio.Event()
        self._sent: OrderedDict[Id, str] = OrderedDict()
        """What was said last of each: overlaps, and echoes of what we wrote ourselves, say nothing new."""
        self._wrong: str | None = None
        self._archive = Archive(library)
        self._guard = Guard(source.system, library, lambda system, cause: self.refuse(system, cause))
        self.hints = Hints(source, library, self.take, refuse)

    def stop(self) -> None:
        """End; a running turn is cut off, and the next begins it anew."""
        self._stopping.set()
        self.hints.arrived.set()

    def problem(self) -> str | None:
        """Why nothing comes from this PIM, or None. For people: restarting us would not help."""
        return self._wrong

    async def run(self) -> None:
        """Until `stop`."""
        stopped = asyncio.ensure_future(self._stopping.wait())
        while not stopped.done():
            turn = asyncio.ensure_future(self._once() if self._owns() else self._others())
            await asyncio.wait({stopped, turn}, return_when=asyncio.FIRST_COMPLETED)
            if not turn.done():
                turn.cancel()
            await asyncio.wait({turn})
            if not turn.cancelled():
                await self._rest(turn.result())

    async def _rest(self, seconds: float) -> None:
        """Until the next turn; hints are followed meanwhile."""
        until = asyncio.get_running_loop().time() + seconds
        while not self._stopping.is_set() and (left := until - asyncio.get_running_loop().time()) > 0:
            try:
                await asyncio.wait_for(self.hints.arrived.wait(), left)
            except TimeoutError:
                return
            self.hints.arrived.clear()
            if self._owns() and not self._stopping.is_set():
                await self._answered(self.follow, polled=False)

    async def follow(self) -> None:
        """What hints name. Raises Unavailable, NotAllowed: the next turn finds it, too."""
        await self.hints.follow()

    async def _others(self) -> float:
        self._sent.clear()  # they say more meanwhile
        return min(OWNING_S, self._every_s)

    async def _once(self) -> float:
        await self._answered(self.turn)
        return self._every_s

    async def _answered(self, ask: Callable[[], Awaitable[None]], *, polled: bool = True) -> None:
        """`polled`: what ends well mends what was wrong with the polls."""
        try:
            await ask()
        except (Unavailable, NotAllowed) as error:
            if self._wrong != str(error):
                log.warning("%s: %s", self._source.system, error)
            self._ended(_outcome(error), str(error))
        except Exists:
            log.info("%s: another process has moved the cursor; it goes on", self._source.system)
        except Exception as error:  # whatever a PIM answers: product lists go on meanwhile, and it is asked again
            log.error("%s: our own error: %s", self._source.system, error, exc_info=error)
            self._ended("failed", f"our own error: {error!r}")
        else:
            if polled:
                self._ended("done", None)

    def _ended(self, outcome: str, wrong: str | None) -> None:
        metrics.POLLS.labels(self._source.system, outcome).inc()
        self._wrong = wrong

    async def turn(self) -> None:
        """What has changed, or everything. Raises Unavailable, NotAllowed, Exists."""
        stored = await self._library.get(polled_object(self._source.system))
        before = parsed(stored.body) if stored else None
        etag = stored.etag if stored else None
        asked = await self._library.get(asked_object(self._source.system))
        due = before is None or await self._library.now() >= before.full + self._full
        polled = before
        if before is not None and not due and asked is None:
            polled = await self._changes(before)
            asked = await self._library.get(asked_object(self._source.system))  # it may be more than it may say
        if polled is None or due or asked is not None:
            polled = await self._everything(asked.body.decode() if asked else "")
        step("pim.polled")
        if polled != before:
            await self._library.put(
                polled_object(self._source.system), polled.model_dump_json().encode(), if_match=etag, new=etag is None
            )
        now = await self._library.head(asked_object(self._source.system)) if asked is not None else None
        if asked is not None and now is not None and now.etag == asked.etag:
            await self._library.delete(asked_object(self._source.system))
        step("pim.cursor")
        await self.hints.follow()

    async def _changes(self, before: Polled) -> Polled:
        cursor = before.cursor
        async for batch in self._source.changes(before.cursor):
            await self.take(batch)
            for problem in batch.problems:
                self.refuse(self._source.system, problem)
            cursor = max(cursor, batch.newest)
        return before.model_copy(update={"cursor": cursor})

    async def _everything(self, allowed: str) -> Polled:
        """`allowed`: mark of removals and lost links that may go however many they are."""
        system, seen, problems, parents = self._source.system, set[Id](), list[str](), dict[str, str]()
        cursor, began, lines = await self._source.now(), await self._library.now(), dict[Id, str]()
        there = await self._archive.paths(system)  # a first import has nothing to read before it writes
        async for batch in self._source.changes(""):
            losing = await self._guard.losing(self._new(batch), there)
            lines |= losing
            await self._send(without(batch, losing))
            seen |= {(event.kind, event.id) for event in batch.events if not event.removed}
            parents |= _parents(batch)
            problems += batch.problems[: PROBLEMS - len(problems)]
        problems += islice(circular(parents), PROBLEMS)
        for problem in problems:
            log.warning("%s: %s", system, problem)
        lines |= {(record.kind, record.id): goes(record) for record in await self._standing(seen)}
        held = self._held(lines, len(seen | lines.keys()), allowed)
        if held is not None:
            log.warning("%s: %s", system, held)
        else:
            for kind, id in lines:
                gone = PimEvent(system=system, kind=kind, id=id, removed=True)
                await self._send(await self._source.one(kind, id) or Batch((gone,)))
            self._guard.anew()
        return Polled(cursor=cursor, full=began, held=held, known=len(seen), problems=problems)

    def _held(self, lines: Mapping[Id, str], known: int, allowed: str) -> Held | None:
        held = Held.of(list(lines.values()), known)
        return held if len(lines) > most(known) and held.mark != allowed else None

    def _new(self, batch: Batch) -> Batch:
        """Without what was said last already."""
        return replace(batch, events=tuple(one for one in batch.events if self._sent.get(_id(one)) != self._said(one)))

    async def _standing(self, seen: set[Id]) -> list[Product]:
        """Active records of this PIM that were not seen."""
        own = {product_object(PimEvent(system=self._source.system, kind=kind, id=id)) for kind, id in seen}
        await self._archive.refresh()
        asked = sorted(await self._archive.paths(self._source.system) - own)
        records = [await self._archive.get(path) for path in asked]
        return [record for record in records if record is not None and record.status == "active"]

    async def hear(self, kind: Entity, id: str, nonce: str) -> None:
        """A webhook names this one: on Kafka, acknowledged, when it returns. `nonce` tells two events apart."""
        hint = PimHint(system=self._source.system, kind=kind, id=id)
        await self._publish(Outgoing(PIM_HINTS, hint.key, hint, about=(hint.key, nonce)))

    async def take(self, batch: Batch) -> None:
        """On Kafka, acknowledged, when it returns; or it waits, where so much goes, until everything is read again."""
        await self._send(await self._guard.sifted(self._new(batch)))

    async def _send(self, batch: Batch) -> None:
        """On Kafka, acknowledged, when it returns: each product in its order, different ones together."""
        lines = defaultdict[str, list[PimEvent]](list)
        for event in batch.events:
            lines[event.id].append(event)
        await asyncio.gather(*(self._say_all(line) for line in lines.values()))
        if (noticed := self._noticed) is not None:
            for sku, values in batch.held.items():
                await noticed(sku, values)

    async def _say_all(self, events: list[PimEvent]) -> None:
        for event in events:
            await self._say(event)

    def _said(self, event: PimEvent) -> str:
        """What it says, shortened."""
        said = event.model_dump_json(exclude={"as_of"} if self._noticed else None)  # what we write changes their time
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    async def _say(self, event: PimEvent) -> None:
        """Published and acknowledged, but for what was said last already."""
        digest, own = self._said(event), _id(event)
        if self._sent.get(own) == digest:
            return
        try:
            await self._publish(said_by_pim(event, f"{event.as_of} {digest}"))
        except TooLarge as error:  # the others are not at fault
            log.error("%s: %s %s is left as it was: %s", self._source.system, *own, error, exc_info=error)
        self._sent[own] = digest
        self._sent.move_to_end(own)
        while len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)


def _outcome(error: Unavailable | NotAllowed) -> str:
    """`waited`: for a server of ours, which is no fault of the PIM."""
    if isinstance(error, NotAllowed):
        return "not allowed"
    return "away" if server(error) == OTHER else "waited"


def _id(event: PimEvent) -> Id:
    return event.kind, event.id


def _parents(batch: Batch) -> dict[str, str]:
    """Model → its model."""
    models = [event.fields for event in batch.events if event.kind == "model" and event.fields.get("parent")]
    return {fields["sku"]: fields["parent"] for fields in models}
