"""Intake: each hint becomes a job, keyed so that one name has one order. Hints of a moment are one job."""

import asyncio
import json
from collections.abc import Callable

from runtime.broker import Record
from runtime.deliver import Saying
from runtime.overtake import folder_of
from runtime.publisher import Outgoing
from schemas.inbox import IngestJob
from schemas.topics import INGEST_JOBS
from services.ingest.hints import Hints
from services.ingest.names import is_nothing, stem

TOGETHER_S = 0.05
"""A PUT into a versioned bucket is told several times within milliseconds; the job is sent after the last of these."""


def job_event(job: IngestJob, nonce: object) -> Outgoing:
    """A job under its source's key: a function of the name alone."""
    return Outgoing(INGEST_JOBS, f"{job.bucket}/{stem(job.key)}", job, about=(job.key, job.task, nonce))


def folder_of_look(record: Record) -> str | None:
    """The folder of a plain look, which may be had at any time; None for an order, which keeps its place."""
    try:
        job = IngestJob.model_validate(json.loads(record.value or b"{}")["data"])
    except (ValueError, KeyError, TypeError):
        return None  # the delivery buries it, in its turn
    return folder_of(record) if job == IngestJob(bucket=job.bucket, key=job.key, reason=job.reason) else None


class Intake:
    """Turns hints to jobs. A hint that comes while one of the same key is about to be sent needs no job of its own:
    that job looks after it, because jobs look at what is there."""

    def __init__(self, buckets: set[str], now: Callable[[], float]) -> None:
        self._buckets, self._now = buckets, now
        self._about_to: set[tuple[str, str]] = set()

    async def handle(self, hints: Hints) -> Saying:
        """One record's hints."""
        for hint in hints.hints:
            name = (hint.bucket, hint.key)
            if hint.bucket not in self._buckets or is_nothing(hint.key) or name in self._about_to:
                continue
            self._about_to.add(name)
            try:
                await asyncio.sleep(TOGETHER_S)
            finally:
                self._about_to.discard(name)  # from here on a new hint means a new look
            yield job_event(IngestJob(bucket=hint.bucket, key=hint.key, reason=hint.reason), self._now())
