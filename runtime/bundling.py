"""Writes bundles: first records that come in a crowd are archived together, published, and looked at again.

Only records that are made of the messages of one partition, in their order, may be bundled: that partition is the
*chain*. Before its owner writes any of them it takes the chain: it reads what is bundled and puts an empty bundle at
the end. Whoever had the partition before, and does not know that it lost it, finds the next number taken: nothing of
what it holds is bundled any more. What it had bundled before, the new owner has read; but it may publish that late,
over something newer. So it looks at the chain once more after the acknowledgements, and where the chain has grown by
another's hand, each of its records is written anew by itself, which publishes what stands (`runtime/records.py`).

A record that two wrote, one bundled and one by itself, is the same in both: both made it of the same first message.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runtime.bundles import Index, bundle_object, mark, pack
from runtime.fence import Outdated
from runtime.objects import Bucket, Exists
from runtime.steps import step
from schemas.base import Contract

if TYPE_CHECKING:
    from runtime.records import Draft

LEAST, MOST = 20, 1000
"""Records in a bundle. Fewer are archived one by one."""
MOST_BYTES = 4 * 1024 * 1024
GATHER_S, LONGEST_S = 0.02, 0.3
"""So long a first record waits for others, and again while they come in a crowd; and how long at most."""
FEW = 8
"""Who has no more company than that after the first wait goes by itself."""
AT_ONCE = 32
"""Records that are written one by one at once."""
Body = Callable[[Contract], bytes]
Publish = Callable[["Draft[Any]", Any], Awaitable[None]]


@dataclass
class _Chain:
    """One that we have taken. `number`: of the next bundle."""

    partition: int
    number: int
    waiting: list["_Waiting"] = field(default_factory=list)
    flushing: asyncio.Task[None] | None = None


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A first record, and whoever waits for it: None where it has to be written by itself."""

    draft: "Draft[Any]"
    done: "asyncio.Future[Contract | None]"


class Bundling:
    """Of one topic's records. `folder`: where their own objects lie; `owned`: the partitions that are ours now."""

    def __init__(self, library: Bucket, topic: str, folder: str, owned: Callable[[], set[int]] = set) -> None:
        self._library, self._topic, self._folder, self._owned = library, topic, folder, owned
        self.index = Index(library, topic)
        self.alone = asyncio.Semaphore(AT_ONCE)
        self._chains = dict[int, _Chain]()
        self._taking = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._own, self._listed = set[int](), set[int]()
        """Marks of the paths that have an object of their own: what was noted since chains were taken; and the same
        set once what was there before is in it."""

    def forget(self) -> None:
        """Partitions were dealt anew: chains are taken before anything more is written."""
        self._chains = {}

    async def write(self, draft: "Draft[Any]", body: Body, publish: Publish) -> Any:
        """The record, archived and published in a bundle; None where it has to go by itself. Raises Outdated."""
        chain = await self._chain(draft.chain or 0)
        if self.index.has(draft.path):
            return None
        waiting = _Waiting(draft, asyncio.get_running_loop().create_future())
        chain.waiting.append(waiting)
        if chain.flushing is None:
            chain.flushing = asyncio.create_task(self._flush(chain, body, publish))
        return await waiting.done

    async def knows(self, partition: int, path: str) -> bool:
        """Whether that record of the chain lies in a bundle. Raises Unavailable."""
        await self._chain(partition)
        return await self.index.get(path) is not None

    def wrote(self, path: str) -> None:
        """It has an object of its own now."""
        self._own.add(mark(path))

    # ── chains ────────────────────────────────────────────────────────────────────────────────────────────────
    async def _chain(self, partition: int) -> _Chain:
        while (chain := self._chains.get(partition)) is None:
            async with self._taking:
                if partition not in self._chains:
                    await self._take({partition} | self._owned())
        return chain

    async def _take(self, partitions: set[int]) -> None:
        chains = self._chains  # dealt anew meanwhile: what is taken is forgotten with the others
        while missing := partitions - chains.keys():
            ends = await self.index.refresh()
            taken = await asyncio.gather(*(self._mark(one, ends.get(one, 0) + 1) for one in missing))
            chains |= {one.partition: one for one in taken if one}
        self._own = set()

    async def _mark(self, partition: int, number: int) -> _Chain | None:
        """Take its chain, unless somebody was quicker."""
        key = bundle_object(self._topic, partition, number)
        try:
            await self._library.put(key, pack({}), new=True)
        except Exists:
            return None
        self.index.add(key, [])
        step("bundling.taken")
        return _Chain(partition, number + 1)

    # ── bundles ───────────────────────────────────────────────────────────────────────────────────────────────
    async def _flush(self, chain: _Chain, body: Body, publish: Publish) -> None:
        """All that wait, and who comes meanwhile."""
        while chain.waiting:
            await self._gather(chain)
            batch, chain.waiting = chain.waiting[:MOST], chain.waiting[MOST:]
            try:
                await self._together(chain, [one for one in batch if not one.done.done()], body, publish)
            except BaseException as error:  # noqa: BLE001 - each handler that waits gets it, and decides
                for one in batch:
                    _settle(one, error)
            for one in set(batch) - set(chain.waiting):  # without those that had no room and wait for the next
                _settle(one, None)
        chain.flushing = None

    async def _gather(self, chain: _Chain) -> None:
        until, before = asyncio.get_running_loop().time() + LONGEST_S, 0
        while before < len(chain.waiting) < MOST and asyncio.get_running_loop().time() < until:
            before = len(chain.waiting)
            await asyncio.sleep(GATHER_S)
            if len(chain.waiting) <= FEW:
                return

    async def _together(self, chain: _Chain, batch: Sequence[_Waiting], body: Body, publish: Publish) -> None:
        """Archive and publish as one bundle those that are new, if they are many. Raises Outdated, Unavailable."""
        if len(batch) < LEAST:
            return
        own = await self._standing()
        new = [one for one in batch if mark(one.draft.path) not in own]
        if len(new) < LEAST:
            return
        made, left = _made(new, body)
        chain.waiting += left
        await self._archive(chain, {one.draft.path: line for one, (_, line) in made.items()})
        told = await asyncio.gather(
            *(publish(one.draft, record) for one, (record, _) in made.items()), return_exceptions=True
        )
        step("records.published")
        if await self._library.head(bundle_object(self._topic, chain.partition, chain.number)) is not None:
            self.forget()
            raise Outdated(f"{self._topic}: others have gone on with chain {chain.partition}")
        for (one, (record, _)), error in zip(made.items(), told, strict=True):
            _settle(one, error or record)

    async def _archive(self, chain: _Chain, lines: dict[str, bytes]) -> None:
        key = bundle_object(self._topic, chain.partition, chain.number)
        try:
            await self._library.put(key, pack(lines), content_type="application/jsonl", new=True)
        except Exists as error:
            self.forget()
            raise Outdated(f"{key} is there already") from error
        chain.number += 1
        self.index.add(key, list(lines))
        step("records.archived")

    async def _standing(self) -> set[int]:
        """Marks of the paths that have an object of their own."""
        async with self._looking:
            if (own := self._own) is not self._listed:
                async for page in self._library.pages(self._folder):  # a million names are no million marks
                    own.update(mark(info.key) for info in page)
                self._listed = own
        return own


def _made(batch: Sequence[_Waiting], body: Body) -> tuple[dict[_Waiting, tuple[Contract, bytes]], list[_Waiting]]:
    """The records with their lines, and those that have no room. What cannot be made is its own handler's error."""
    made, size = dict[_Waiting, tuple[Contract, bytes]](), 0
    for at, one in enumerate(batch):
        try:
            record = one.draft.first()
            line = body(record)
        except Exception as error:  # noqa: BLE001 - its handler gets it; the others are not at fault
            _settle(one, error)
            continue
        if made and size + len(line) > MOST_BYTES:
            return made, list(batch[at:])
        made[one], size = (record, line), size + len(line)
    return made, []


def _settle(one: _Waiting, result: Contract | BaseException | None) -> None:
    """Tell who waits, unless it is told already or has gone."""
    if one.done.done():
        return
    if isinstance(result, BaseException):
        one.done.set_exception(result)
    else:
        one.done.set_result(result)
