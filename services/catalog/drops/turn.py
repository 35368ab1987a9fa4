"""One turn of a drop: what must not lie there goes first, then what is new is put, a few files at a time.

What nobody may be given any more goes before it is even judged what shall lie there. What differs from what lies there
is all that is done, so a turn that broke off is gone on with by the next. It ends early where something must be taken
out. Whatever was reached is a run.
"""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from runtime import metrics
from runtime.database import Database
from runtime.objects import Missing
from runtime.steps import step
from services.catalog.drops.holding import LISTED, Held, Holding
from services.catalog.drops.target import Target
from services.catalog.drops.wanted import Wanted
from services.catalog.feeds.runs import Run
from services.catalog.queries import handed

MOST_FILES, MOST_BYTES = 25, 64_000_000
"""That go together, and lie on our disk meanwhile; a larger file goes alone."""


class Turn:
    """Of one drop. spool: where files lie while they are sent."""

    def __init__(self, name: str, feed: str, holding: Holding, target: Target, database: Database, spool: Path) -> None:
        self._name, self._feed, self._holding = name, feed, holding
        self._target, self._database, self._spool = target, database, spool
        self._begun = datetime.now(UTC)

    async def take_out(self) -> Run | None:
        """Files that may not be given any more; of a list only another one helps. None where there were none.

        Raises NotTaken, Unavailable.
        """
        held = await self._holding.there()
        assets = {item.asset for item in held.values()}
        closed = assets - await handed.deliverable(self._database, assets, self._holding.audience)
        names = [name for name, item in held.items() if item.asset in closed and LISTED not in name]
        if not names:
            return None
        maybe = await self._holding.maybe() | {*names}
        await self._holding.doubt(maybe)
        try:
            await self._remove(names, held, maybe)
        finally:
            run = await self._holding.keep(held, await self._holding.left_out())
            await self._holding.doubt(maybe)
        return run

    async def take(self, wanted: Wanted) -> Run | None:
        """None where all was well. Raises NotTaken, Unavailable; what was reached is kept."""
        held, maybe = await self._holding.there(), await self._holding.maybe()
        work = _work(wanted, held, maybe)
        if not work.remove and not work.put and held == wanted.held:
            return None
        maybe |= {*work.remove, *work.put}
        await self._holding.doubt(maybe)
        step("drop.begun")
        run = None
        try:
            await self._remove(work.remove, held, maybe)
            if work.remove:  # whoever asks what must still go is told so at once
                await self._holding.keep(held, wanted.left_out)
            await self._put_all(work.put, wanted, held, maybe)
        finally:
            run = await self._holding.keep(held, wanted.left_out)
            step("drop.kept")
            await self._holding.doubt(maybe)
        return run

    async def _remove(self, names: list[str], held: Held, maybe: set[str]) -> None:
        for some in _batches((name, 0) for name in names):
            await self._target.remove(some)
            step("drop.removed")
            self._count("removed", len(some))
            for name in some:
                held.pop(name, None)
                maybe.discard(name)

    async def _put_all(self, names: list[str], wanted: Wanted, held: Held, maybe: set[str]) -> None:
        for number, some in enumerate(_batches((name, wanted.files[name].bytes) for name in names)):
            if number and await self._must_go():
                return  # the next turn takes it out before it goes on
            sent = await self._put(some, wanted, over=held.keys() | maybe)
            self._count("put", len(sent))
            for name in sent:
                maybe.discard(name)
                if name in wanted.held:
                    held[name] = wanted.held[name]
                else:  # a list: with it goes all that stands in it
                    held.clear()
                    held.update(wanted.held)

    async def _must_go(self) -> bool:
        return await handed.any_to_recall(self._database, self._feed, self._holding.audience, self._begun)

    async def _put(self, names: list[str], wanted: Wanted, over: Iterable[str]) -> list[str]:
        """Those that were sent. What may not be given any more, or is gone, stays behind: the next turn knows why."""
        assets = {wanted.files[name].asset for name in names} - {""}
        open_now = await handed.deliverable(self._database, assets, self._holding.audience) | {""}
        with tempfile.TemporaryDirectory(dir=self._spool, prefix="drop-") as folder:
            files: dict[str, Path] = {}
            for name in names:
                if wanted.files[name].asset in open_now:
                    path = Path(folder) / str(len(files))
                    try:
                        await wanted.files[name].fill(path)
                    except Missing:
                        continue
                    files[name] = path
            if files:
                await self._target.put(files, set(over) & files.keys())
                step("drop.put")
        return list(files)

    def _count(self, what: str, number: int) -> None:
        metrics.DROPPED.labels(self._name, what).inc(number)


class _Work(NamedTuple):
    remove: list[str]
    put: list[str]


def _work(wanted: Wanted, held: Held, maybe: set[str]) -> _Work:
    """Of files what is too many and what differs; of a list all of it, where anything of it does."""
    if wanted.files.keys() & wanted.held.keys() or not wanted.files:
        remove = [name for name in dict.fromkeys([*held, *sorted(maybe)]) if name not in wanted.held]
        put = [name for name, item in wanted.held.items() if held.get(name) != item or name in maybe]
        return _Work(remove, put)
    return _Work([], list(wanted.files) if held != wanted.held or maybe else [])


def _batches(files: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """Names, so many and so many bytes at a time."""
    some: list[str] = []
    size = 0
    for name, of in files:
        if some and (len(some) >= MOST_FILES or size + of > MOST_BYTES):
            yield some
            some, size = [], 0
        some.append(name)
        size += of
    if some:
        yield some
