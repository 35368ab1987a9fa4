"""Bulk jobs: much work that somebody asked for at once (presets, retag), with its count, pace, pause and end.

Each is one object in the library, `jobs/<id>.json`; its records carry its id in a header. How far it is the broker
knows: between where its records begin and end, the group's committed offsets. Workers look at the objects while bulk
records come to them, so a pause or a cancellation is heeded within LOOK_S. What has begun is finished. Of many dead
letters that are sent again (`runtime/resending.py`) the object itself keeps how far they are.
"""

import asyncio
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, Field

from runtime.broker import Record
from runtime.deadletter import REPLAY_GROUP
from runtime.objects import Bucket, Exists
from runtime.outage import ride_out
from runtime.publisher import Outgoing, Publisher, batched

FOLDER = "jobs/"
HEADER = "packshot-job"
LOOK_S = 3.0
AT_ONCE = 500
KEPT_S = 30 * 24 * 3600.0
"""As long as their topic."""
Committed = Callable[[str, str], Awaitable[Mapping[int, int]]]
"""Group and topic → committed offset by partition, as the broker says."""
Concerns = Callable[[Record], bool]
Ready = Callable[[Record], Awaitable[None]]
State = Literal["sending", "running", "paused", "cancelled"]


class Resent(BaseModel):
    """Dead letters that a job sends again: those of `topic` before `until`, offsets by partition.

    rate: letters a second; 0: while their group has nothing else to do.
    """

    topic: str
    until: dict[int, int]
    rate: float = 0.0
    sent: int = 0


class BulkJob(BaseModel):
    """What is kept of one. Times are seconds since the epoch.

    begins, ends: where its records lie, offsets by partition, the end not among them. since, then: when it last began
    to run, and how many records were done by then: its pace is counted from there.
    """

    id: str
    what: str
    group: str
    topic: str
    total: int
    began: float
    state: State = "sending"
    begins: dict[int, int] = Field(default_factory=dict)
    ends: dict[int, int] = Field(default_factory=dict)
    since: float = 0.0
    then: int = 0
    letters: Resent | None = None

    def done(self, committed: Mapping[int, int]) -> int:
        """How many the group has finished. Records of others that lie among them are taken for its own.

        Of dead letters: how many were sent again.
        """
        if self.letters:
            return self.letters.sent
        places = self.begins.items()
        spread = sum(self.ends[at] - begin for at, begin in places)
        passed = sum(
            min(max(0, committed.get(at, 0) - begin), self.ends[at] - begin) for at, begin in self.begins.items()
        )
        return round(self.total * passed / spread) if spread else 0


class Standing(NamedTuple):
    """A job and how far it is. left_s: None where nothing tells it."""

    job: BulkJob
    done: int
    left_s: float | None

    @property
    def began(self) -> datetime:
        """When it was asked for."""
        return datetime.fromtimestamp(self.job.began, UTC)

    @property
    def state(self) -> str:
        """`done` where nothing is left, else the job's own."""
        finished = self.done >= self.job.total and self.job.state in ("running", "paused")
        return "done" if finished else self.job.state


def standing(job: BulkJob, committed: Mapping[int, int], now: float) -> Standing:
    """How far it is, and at its pace since it last began to run, how long it still takes. Pure."""
    done = job.done(committed)
    pace = (done - job.then) / (now - job.since) if now > job.since else 0.0
    left = (job.total - done) / pace if job.state == "running" and pace > 0 else None
    return Standing(job, done, left)


async def standings(jobs: Sequence[BulkJob], committed: Committed, now: float) -> list[Standing]:
    """How far each is, in the same order. Raises Unavailable."""
    asked = {(job.group, job.topic) for job in jobs}
    passed = {one: await committed(*one) for one in sorted(asked)}
    return [standing(job, passed[job.group, job.topic], now) for job in jobs]


class Jobs:
    """All that are kept. Raises Unavailable."""

    def __init__(self, library: Bucket) -> None:
        self._library = library

    async def all(self) -> list[BulkJob]:
        """Newest first."""
        found = [await self._library.get(info.key) for info in await self._library.listing(FOLDER)]
        jobs = [BulkJob.model_validate_json(one.body) for one in found if one]
        return sorted(jobs, key=lambda job: -job.began)

    async def send(
        self, publisher: Publisher, what: str, group: str, outs: Sequence[Outgoing], *, alone: bool = False
    ) -> BulkJob | None:
        """Publish them all, of one topic, as one job; None where there is nothing to do.

        group: whose offsets tell how far it is; alone: no other group has anything to do with them.
        Raises Unavailable: what was sent by then is worked on, the job stays `sending` and can be cancelled.
        """
        if not outs:
            return None
        await self._forget()
        now = time.time()
        own, topic = uuid.uuid4().hex[:8], outs[0].topic.name
        job = BulkJob(id=own, what=what, group=group, topic=topic, total=len(outs), began=now, since=now)
        await self._library.put(_key(job.id), job.model_dump_json().encode(), new=True)
        places: dict[int, list[int]] = defaultdict(list)
        headers = ((HEADER, own.encode()), *(((REPLAY_GROUP, group.encode()),) if alone else ()))
        marked = (replace(out, headers=headers) for out in outs)
        for some in batched(marked, AT_ONCE):
            for partition, offset in await asyncio.gather(*map(publisher.publish, some)):
                places[partition].append(offset)
        begins = {at: min(offsets) for at, offsets in places.items()}
        ends = {at: max(offsets) + 1 for at, offsets in places.items()}
        return await self._change(job.id, lambda one: _sent(one, begins, ends))

    async def resend(self, what: str, group: str, topic: str, total: int, letters: Resent) -> BulkJob:
        """Keep a job whose letters somebody else sends. Raises Unavailable."""
        await self._forget()
        now, own = time.time(), uuid.uuid4().hex[:8]
        job = BulkJob(
            id=own, what=what, group=group, topic=topic, total=total, began=now, since=now, state="running",
            letters=letters,
        )  # fmt: skip
        await self._library.put(_key(own), job.model_dump_json().encode(), new=True)
        return job

    async def resent(self, job_id: str, count: int, *, all_of_them: bool) -> BulkJob:
        """So many more were sent. all_of_them: none is left. Raises Unavailable; KeyError: there is no such job."""

        def change(job: BulkJob) -> BulkJob:
            if job.letters is None:
                raise KeyError(job.id)
            sent = job.total if all_of_them else min(job.total, job.letters.sent + count)
            return job.model_copy(update={"letters": job.letters.model_copy(update={"sent": sent})})

        return await self._change(job_id, change)

    async def turn(self, job_id: str, to: State, committed: Committed) -> BulkJob:
        """Pause, go on, or cancel for good. Raises KeyError: there is none that could."""
        known = next((job for job in await self.all() if job.id == job_id), None)
        if known is None:
            raise KeyError(job_id)
        passed = await committed(known.group, known.topic)

        def change(job: BulkJob) -> BulkJob:
            if job.state == "cancelled" or (job.state == "sending" and to == "running"):
                raise KeyError(job.id)
            return job.model_copy(update={"state": to, "since": time.time(), "then": job.done(passed)})

        return await self._change(job_id, change)

    async def _change(self, job_id: str, change: Callable[[BulkJob], BulkJob]) -> BulkJob:
        while True:
            stored = await self._library.get(_key(job_id))
            if stored is None:
                raise KeyError(job_id)
            job = change(BulkJob.model_validate_json(stored.body))
            try:
                await self._library.put(_key(job_id), job.model_dump_json().encode(), if_match=stored.etag)
                return job
            except Exists:
                continue  # somebody turned it at the same moment: once more, on what it is now

    async def _forget(self) -> None:
        for job in await self.all():
            if time.time() - job.began > KEPT_S:
                await self._library.delete(_key(job.id))


class Gate:
    """A worker's look at the jobs: whose records it may do now. Used from one loop."""

    def __init__(self, library: Bucket, look_s: float = LOOK_S) -> None:
        self._jobs, self._look_s = Jobs(library), look_s
        self._looked = -look_s
        self._stopped: dict[str, State] = {}
        self._turn = asyncio.Lock()

    def beside(self, topics: Collection[str], concerns: Concerns, ready: Ready | None) -> tuple[Concerns, Ready]:
        """What a worker asks of each record, with ours asked of those of these topics."""

        def ours(record: Record) -> bool:
            return (record.topic not in topics or self.wanted(record)) and concerns(record)

        async def its_turn(record: Record) -> None:
            if record.topic in topics:
                await self.its_turn(record)
            elif ready:
                await ready(record)

        return ours, its_turn

    def wanted(self, record: Record) -> bool:
        """False for records of jobs that are known to be cancelled."""
        return self._stopped.get(job_of(record)) != "cancelled"

    async def its_turn(self, record: Record) -> None:
        """Until its job is not paused. An outage is waited out."""
        own = job_of(record)
        while own:
            await ride_out(self._look)
            if self._stopped.get(own) != "paused":
                return
            await asyncio.sleep(self._look_s)

    async def _look(self) -> None:
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if now - self._looked >= self._look_s:
                found = await self._jobs.all()
                self._stopped = {job.id: job.state for job in found if job.state in ("paused", "cancelled")}
                self._looked = now


def _key(job_id: str) -> str:
    return f"{FOLDER}{job_id}.json"


def _sent(job: BulkJob, begins: dict[int, int], ends: dict[int, int]) -> BulkJob:
    """It may have been paused or cancelled while it was sent: that stands."""
    state = "running" if job.state == "sending" else job.state
    return job.model_copy(update={"state": state, "begins": begins, "ends": ends})


def job_of(record: Record) -> str:
    """Id of the job that a record belongs to; empty for what somebody asked for by itself."""
    return next((body.decode() for name, body in record.headers if name == HEADER), "")
