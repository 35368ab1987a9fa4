"""`product.media` → a PIM's attributes: what differs is sent, what others changed is shown and left alone.

Look, read, decide, note, deliver, record. Delivering twice is harmless: what was noted is recognized as ours.
What has to wait (a picture that is not live yet) leaves a mark in the library, see `waiting.py`.
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4
from weakref import WeakValueDictionary

from runtime.at_work import bounded
from runtime.deliver import Saying
from runtime.fence import look
from runtime.objects import Bucket
from runtime.records import Draft
from runtime.steps import step
from schemas.delivery import Conflict, Delivery, Place
from schemas.product import ProductMedia
from schemas.topics import DELIVERIES
from services.pim.decide import Found, Todo, decide, why
from services.pim.intents import intend, intended
from services.pim.places import Write
from services.pim.source import NotAllowed
from services.pim.target import Held, Target
from services.pim.wanted import Wanted, wanted

UNKNOWN = "The PIM does not know this SKU any more."


@dataclass(frozen=True)
class Deps:
    """What a handler needs."""

    target: Target
    library: Bucket
    hands: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """SKU → held by who is at it: what comes anew and what had to wait would else both send the same."""


async def write_back(media: ProductMedia, deps: Deps, *, overwrite: bool = False, marked: bool = False) -> Saying:
    """Bring one product's places up to date.

    `overwrite`: ours counts where others changed it; `marked`: it has its mark already.
    """
    hand = deps.hands.setdefault(media.sku, asyncio.Lock())
    with bounded():  # by what the PIM may take to answer who holds it
        await hand.acquire()
    try:
        async with aclosing(_brought(media, deps, overwrite=overwrite, marked=marked)) as saying:
            async for one in saying:
                yield one  # and it is archived while we hold it
    finally:
        hand.release()


async def _brought(media: ProductMedia, deps: Deps, *, overwrite: bool, marked: bool) -> Saying:
    target, sku = deps.target, media.sku
    seen = await look(deps.library, delivery_object(target.system, sku))
    before = Delivery.model_validate_json(seen.stored.body) if seen.stored else None
    asked = await wanted(deps.library, media, target.writes)
    if before is None and not any(one.picture or one.waits or one.lacks for one in asked.values()):
        return  # nothing was ever there, and nothing is to be
    if marked and before and before.status == "waiting" and all(one.waits for one in asked.values()):
        return  # it waits as before: nobody need be asked
    try:
        held = await target.read(sku)
        if held is None and before is None:
            return  # another system's
        step("pim.decided")
        found = await _deliver(deps, held, before, asked, overwrite=overwrite) if held else _gone()
    except NotAllowed as error:
        found = _Outcome(dict(before.places) if before else {}, (), str(error.cause), error.cure)
    step("pim.delivered")
    draft = _draft(target.system, sku, found, asked)
    for asset in {asset for one in asked.values() for asset in one.assets}:
        if await deps.library.head(shown_object(target.system, asset, sku)) is None:
            await deps.library.put(shown_object(target.system, asset, sku), b"")
    if not marked and unsettled(draft.make(1)):  # after the notes: what changes from now on renews the mark
        await mark(deps.library, target.system, sku)
    yield replace(draft, seen=seen)


@dataclass(frozen=True)
class _Outcome:
    places: dict[str, Place]
    conflicts: tuple[Conflict, ...] = ()
    cause: str | None = None
    cure: str | None = None


def unsettled(record: Delivery) -> bool:
    """Whether it has to be looked at again by itself: a picture may come, somebody may mend something."""
    return record.status in ("waiting", "failed") and record.cause != UNKNOWN


def _gone() -> _Outcome:
    return _Outcome({}, (), UNKNOWN, "Nothing: what we delivered went with the product.")


async def _deliver(
    deps: Deps, held: Held, before: Delivery | None, asked: Mapping[str, Wanted], *, overwrite: bool
) -> _Outcome:
    target, todos = deps.target, await _todos(deps, held, before, asked, overwrite=overwrite)
    places = dict(before.places) if before else {}
    conflicts, cause, cure = [], None, None
    for write in target.writes:
        left, want, found, todo = (
            places.get(write.place),
            asked[write.place],
            _found(target, held, write),
            todos[write.place],
        )
        content = want.picture.content if want.picture else ""
        if todo == "conflict":
            conflicts.append(_conflict(write, held, found, left))
        elif want.lacks:
            cause = f"No rendition `{write.preset}` is made of the picture for {write.place.strip('/')}."
            cure = "Name another preset in the mapping file: `packshot presets check` lists them."
        try:
            if todo == "fill" and want.picture:
                places[write.place] = Place(content=content, value=await target.fill(held, write, want.picture))
            elif todo == "clear":
                await target.clear(held, write)
                places.pop(write.place, None)
            elif todo == "nothing" and want.picture and found.made == content:
                places[write.place] = Place(content=content, value=found.value)
            elif todo == "nothing" and want == Wanted():
                places.pop(write.place, None)
        except NotAllowed as error:  # the other places are not at fault
            cause, cure = error.cause, error.cure
    return _Outcome(places, tuple(conflicts), cause, cure)


async def _todos(
    deps: Deps, held: Held, before: Delivery | None, asked: Mapping[str, Wanted], *, overwrite: bool
) -> dict[str, Todo]:
    """Place → what to do there. What will be filled is noted when it returns."""
    target, revision = deps.target, before.revision if before else 0
    noted = await intended(deps.library, target.system, held.sku, revision)
    todos, new = dict[str, Todo](), dict[str, str]()
    for write in target.writes:
        at, want = write.place, asked[write.place]
        left, may = before.places.get(at) if before else None, noted.get(at, ())
        todos[at] = decide(write, _found(target, held, write), left, want, intended=may, overwrite=overwrite)
        if todos[at] == "fill" and want.picture:
            new[at] = want.picture.content
    await intend(deps.library, target.system, held.sku, revision, noted, new)
    return todos


def _found(target: Target, held: Held, write: Write) -> Found:
    value = held.values.get(write.place)
    return Found(value, target.made(write, value) if value is not None else None)


def _conflict(write: Write, held: Held, found: Found, left: Place | None) -> Conflict:
    cure = f"Leave it so, empty it there, or let ours count: `packshot pim --overwrite {held.sku}`."
    if found.value is None:
        cure = f"Leave it so, or let ours count: `packshot pim --overwrite {held.sku}`."
    return Conflict(place=write.place, found=found.value, cause=why(found, left), cure=cure)


def _draft(system: str, sku: str, found: _Outcome, asked: Mapping[str, Wanted]) -> Draft[Delivery]:
    now = datetime.now(UTC)
    waits = any(one.waits for one in asked.values())

    def make(revision: int) -> Delivery:
        return Delivery(
            target=system,
            entity=sku,
            revision=revision,
            status="failed" if found.cause else "conflict" if found.conflicts else "waiting" if waits else "done",
            cause=found.cause,
            cure=found.cure,
            places=found.places,
            conflicts=list(found.conflicts),
            written=now,
        )

    return Draft(DELIVERIES, make(1).key, delivery_object(system, sku), Delivery, make)


class Notice:
    """Looks at what a PIM's products hold at our places when they change: is it as we left it?"""

    def __init__(self, system: str, library: Bucket) -> None:
        self._system, self._library = system, library

    async def __call__(self, sku: str, values: Mapping[str, str | None]) -> None:
        """Leaves a mark where not: it is then delivered, which finds out what that means."""
        stored = await self._library.get(delivery_object(self._system, sku))
        if stored is None:
            return
        record = Delivery.model_validate_json(stored.body)
        known = {place: left.value for place, left in record.places.items()}
        known |= {conflict.place: conflict.found for conflict in record.conflicts}
        if any(values.get(place) != value for place, value in known.items()):
            await mark(self._library, self._system, sku)


async def mark(library: Bucket, system: str, sku: str) -> None:
    """That a product is to be looked at again. Each is another, so that one that was renewed is told from before."""
    await library.put(waiting_object(system, sku), uuid4().hex.encode())


def delivery_object(system: str, sku: str) -> str:
    """Where the record is archived."""
    return f"deliveries/{system}/{quote(sku, safe='')}.json"


def waiting_object(system: str, sku: str) -> str:
    """The mark that a product is to be looked at again."""
    return f"pim/{system}/waiting/{quote(sku, safe='')}"


def shown_object(system: str, asset: str, sku: str) -> str:
    """The note that a product shows an asset, or did."""
    return f"pim/{system}/shown/{asset}/{quote(sku, safe='')}"


def overwrite_object(system: str, sku: str) -> str:
    """A person's word that ours counts."""
    return f"pim/{system}/overwrite/{quote(sku, safe='')}"
