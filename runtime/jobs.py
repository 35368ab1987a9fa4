"""The cage, from outside: a pool of warm caged children. Untrusted bytes are opened only in there.

    cages = Cages("services.render.work:work", size=2, scratch=spool, limits=Limits(seconds=60))
    await cages.start()
    async with cages.lease() as cage:
        (cage.folder / "input").write_bytes(...)
        async for made in cage.run({"input": "input"}):
            publish(cage.output(made["file"]))

What holds a child is runtime/confine.py, what runs inside runtime/cage.py, the hand on one of them runtime/child.py.
"""

import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from . import at_work, metrics
from .child import Cage, Terms
from .confine import Report
from .limits import Limits
from .outage import Unavailable
from .refusal import Refused
from .room import full
from .scratch import empty, remove
from .verdict import ChildDied, SpawnFailed, WorkFailed

__all__ = ["Cage", "Cages", "ChildDied", "Limits", "SpawnFailed", "WorkFailed", "run_twice"]

log = logging.getLogger(__name__)

RESPAWN_PAUSES = (0.0, 0.5, 2.0)  # seconds before each try to replace a child


class Cages:
    """A pool of `size` children that each have `work` ("package.module:function") loaded and are locked in.

    scratch: a folder that exists, on the disk for temporary files; each child gets a private one in it.
    extra_read: what the work may read besides code and system libraries (models, profiles).
    programs: what it may execute (absolute paths); none by default, and then it cannot start processes at all.
      They ignore SIGTERM as the child does: end one with kill(), not terminate(). They run in the same cage.
    env: added to the children's nearly empty environment; never a secret.
    strict: a machine without Landlock or seccomp makes `start` raise; otherwise see `report`.
    lazy: children are started by the first leases, not by `start`: for work that may never come.
    Use it from one event loop, whose thread must live as long as the pool: children die with the thread that made them.
    """

    def __init__(
        self,
        work: str,
        *,
        size: int,
        scratch: Path,
        limits: Limits,
        extra_read: Sequence[Path] = (),
        programs: Sequence[Path] = (),
        env: Mapping[str, str] | None = None,
        strict: bool = True,
        lazy: bool = False,
    ) -> None:
        self.size = size
        self._unborn = size if lazy else 0  # slots that nobody has wanted yet
        self.report = Report(0, False)
        self._terms = Terms(work, limits, extra_read, programs, env or {}, strict)
        self._scratch = scratch
        # A slot is a warm child, or the reason why none could be made for it.
        self._idle: asyncio.Queue[Cage | SpawnFailed] = asyncio.Queue()
        self._cages: set[Cage] = set()
        self._background: set[asyncio.Task[None]] = set()
        self._cpu_of_the_dead = 0.0

    @property
    def cpu_seconds(self) -> float:
        """CPU time that the work of all jobs has taken so far: user and system, start-up and warm-up not counted."""
        return self._cpu_of_the_dead + sum(cage.cpu_seconds for cage in self._cages)

    async def start(self) -> None:
        """Spawn all children, in parallel; a lazy pool only makes its folder. Raises SpawnFailed, leaving nothing."""
        self._base = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="cages-", dir=self._scratch))
        at_once = self.size - self._unborn
        made = await asyncio.gather(*(self._spawn() for _ in range(at_once)), return_exceptions=True)
        for one in made:
            if isinstance(one, BaseException):
                await self.close()
                raise one
            self._idle.put_nowait(one)

    async def close(self) -> None:
        """Kill all children and remove their folders."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await asyncio.gather(*map(self._bury, list(self._cages)))
        await asyncio.to_thread(remove, self._base)

    @asynccontextmanager
    async def lease(self, *, fresh: bool = False) -> AsyncIterator[Cage]:
        """A child for one job, or for several of the same asset. fresh: one that has not done any job before.

        A child that is in mid-job at the end of the lease, worn out or dead is replaced in the background.
        Raises SpawnFailed when none could be started in its place.
        """
        with at_work.bounded():  # by the limits of those who have one
            cage = await self._take(fresh)
        try:
            yield cage
        finally:
            if cage.reusable:
                self._later(self._empty(cage))
            else:
                cage.kill()
                self._later(self._replace(cage))

    async def _take(self, fresh: bool) -> Cage:
        if self._unborn and self._idle.empty():
            self._unborn -= 1
            self._later(self._fill_slot())
        slot = await self._idle.get()
        try:
            if isinstance(slot, SpawnFailed):
                raise slot
            if not slot.reusable or (fresh and slot.jobs):
                await self._bury(slot)
                return await self._spawn()
        except BaseException:
            self._later(self._fill_slot())
            raise
        return slot

    async def _spawn(self) -> Cage:
        folder = Path(tempfile.mkdtemp(dir=self._base))
        cage = await Cage.start(self._terms, folder)
        self._cages.add(cage)
        self.report = cage.report
        return cage

    async def _fill_slot(self) -> None:
        failure = SpawnFailed("not tried")
        for pause in RESPAWN_PAUSES:
            await asyncio.sleep(pause)
            try:
                self._idle.put_nowait(await self._spawn())
                return
            except SpawnFailed as error:
                log.error("a caged child could not be replaced: %s", error)
                failure = error
        self._idle.put_nowait(failure)

    async def _replace(self, cage: Cage) -> None:
        await self._bury(cage)
        await self._fill_slot()

    async def _empty(self, cage: Cage) -> None:
        try:
            await asyncio.to_thread(empty, cage.folder)
        except OSError as error:
            log.warning("a caged child is replaced, its folder cannot be emptied: %s", error)
            await self._replace(cage)
        else:
            self._idle.put_nowait(cage)

    async def _bury(self, cage: Cage) -> None:
        await cage.close()
        if cage in self._cages:
            self._cages.remove(cage)
            self._cpu_of_the_dead += cage.cpu_seconds
            await asyncio.to_thread(remove, cage.folder)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a caged child was not made ready", exc_info=error)
            self._idle.put_nowait(SpawnFailed(f"not made ready: {error!r}"))  # who leases next hears of it


async def run_twice(
    cages: Cages, fill: Callable[[Path], Awaitable[None]], job: dict[str, Any]
) -> AsyncGenerator[tuple[Cage, dict[str, Any]], None]:
    """Run a job, and once more in a fresh child if the first one died; two deaths are the file's fault.

    fill: puts the input into the folder it is given (called for each try). Yields the cage, whose folder holds the
    outputs until the next value is asked for, and the work's dict; after a death the values come again from the start.
    Raises Refused, WorkFailed, SpawnFailed, Unavailable (the scratch disk is full). Wrap it in `contextlib.aclosing` if
    you may leave it early.
    """
    for fresh in (False, True):
        try:
            async with cages.lease(fresh=fresh) as cage:
                try:
                    await fill(cage.folder)
                    async with aclosing(cage.run(job)) as values:
                        async for value in values:
                            yield cage, value
                except (Refused, WorkFailed, ChildDied, OSError) as fault:
                    if full(cage.folder):  # whatever it stumbled over: neither the file nor we are to blame
                        raise Unavailable(f"The disk of {cage.folder} is full: free some space") from fault
                    raise
            return
        except ChildDied as death:
            metrics.CHILDREN_KILLED.labels(death.kind).inc()
            log.warning("a caged child died: %s\n%s", death.reason, death.stderr)
            if fresh:
                raise death.refusal() from death
