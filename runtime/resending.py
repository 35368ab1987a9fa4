"""Many dead letters are sent again as a bulk job: counted, paced, paused and cancelled like all other bulk work.

Whoever asks keeps the job in the library; one process of the catalogue sends, some at a time, while their group has
nothing else to do, or at the pace that was asked for. What is buried meanwhile is not the job's.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from runtime.broker import Partition
from runtime.bulk import BulkJob, Jobs, Resent
from runtime.buried import Buried, Letter, NotReplayable, first_of, origin
from runtime.outage import ride_out

log = logging.getLogger(__name__)
MANY = 100
"""More than so many at once are a job."""
SOME = 8
"""So many at a time: new files that come meanwhile wait for no more."""
BUSY_S, REST_S = 2.0, 10.0
"""Between two looks at the jobs, while there is one, and while there is none."""
Behind = Callable[[str, str], Awaitable[int]]
"""Group and topic → records that it has not finished."""


async def as_job(jobs: Jobs, buried: Buried, topic: str, most: int = 0, rate: float = 0.0) -> BulkJob | None:
    """All that wait of a dead-letter topic (at most so many, 0: all) as one job; None where they are not MANY.

    Raises NotReplayable, Unavailable.
    """
    original = origin(topic)
    left, ends = await buried.left(topic)
    total = min(most, left) if most else left
    if total <= MANY:
        return None
    group = topic.removeprefix(f"{original.name}.").removesuffix(".dlq")
    what = f"dead letters of {original.name} for {group}"
    return await jobs.resend(what, group, original.name, total, Resent(topic=topic, until=ends, rate=rate))


@dataclass
class _Sending:
    """What this process knows of a job: letters that it has still to send, and when (of the loop's clock)."""

    left: deque[Letter]
    first: dict[Partition, int]
    due: float = field(default=0.0)


class Resending:
    """`run` until cancelled. may: whether this process is the one that sends."""

    def __init__(self, jobs: Jobs, buried: Buried, behind: Behind, may: Callable[[], bool]) -> None:
        self._jobs, self._buried, self._behind, self._may = jobs, buried, behind, may
        self._known: dict[str, _Sending] = {}
        self._asked = asyncio.Event()

    def hurry(self) -> None:
        """There is a new job: look at once."""
        self._asked.set()

    async def run(self) -> None:
        """Outages are waited for; what was not sent then is sent later."""
        while True:
            self._asked.clear()
            busy = await ride_out(self.turn)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), BUSY_S if busy else REST_S)

    async def turn(self) -> bool:
        """Send some of the oldest job of each topic, if it is not paused; whether there is one. Raises Unavailable."""
        first: dict[str, BulkJob] = {}
        for job in reversed(await self._jobs.all()) if self._may() else ():
            if job.letters and job.state in ("running", "paused") and job.letters.sent < job.total:
                first.setdefault(job.letters.topic, job)
        ids = {job.id for job in first.values()}
        self._known = {own: known for own, known in self._known.items() if own in ids}
        for job in first.values():
            if job.letters and job.state == "running":
                await self._some(job, job.letters)
        return bool(first)

    async def _some(self, job: BulkJob, asked: Resent) -> None:
        known = self._known[job.id] = self._known.get(job.id) or await self._begun(job, asked)
        now = asyncio.get_running_loop().time()
        if now < known.due or (not asked.rate and await self._behind(job.group, job.topic)):
            return
        many = max(1, round(asked.rate * BUSY_S)) if asked.rate else SOME
        some = [known.left.popleft() for _ in range(min(many, len(known.left)))]
        try:
            await self._buried.again(some, known.first)
        except NotReplayable as error:
            log.error("job %s ends: %s", job.id, error)
            await self._jobs.turn(job.id, "cancelled", _nothing)
            return
        except BaseException:
            del self._known[job.id]  # which of them were sent the marks know: they are looked at anew
            raise
        known.due = now + len(some) / asked.rate if asked.rate else 0.0
        await self._jobs.resent(job.id, len(some), all_of_them=not known.left)

    async def _begun(self, job: BulkJob, asked: Resent) -> _Sending:
        letters = await self._buried.listed([asked.topic])
        mine = [one for one in letters if one.record.offset < asked.until.get(one.record.partition, 0)]
        left = [one for one in mine if not one.again][: job.total - asked.sent]
        return _Sending(deque(left), first_of(letters))


async def _nothing(_group: str, _topic: str) -> dict[int, int]:
    return {}
