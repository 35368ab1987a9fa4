"""Wires ingest: intake, jobs and the sweep in one process."""

import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from runtime.broker import Partition
from runtime.config import load
from runtime.deliver import Step, decoder
from runtime.jobs import Cages
from runtime.limits import Limits as CageLimits
from runtime.process import Process, run
from runtime.worker import Limits
from schemas.inbox import IngestJob
from schemas.topics import INBOX_EVENTS, INGEST_JOBS
from services.ingest import hints
from services.ingest.config import IngestSettings
from services.ingest.events import door
from services.ingest.failing import on_failure
from services.ingest.handler import Deps, handle
from services.ingest.intake import Intake, folder_of_look
from services.ingest.probe import caged, caged_lists
from services.ingest.profiles import Profiles
from services.ingest.sweeper import sweep_of
from services.ingest.timers import Sweeping, Timers
from services.ingest.waiting import Patience


async def main() -> None:
    """Run until told to stop."""
    settings = load(IngestSettings)
    async with Process("ingest", settings) as process, AsyncExitStack() as stack:
        cages = Cages("services.ingest.probe:work", size=1, scratch=process.spool, limits=CageLimits(seconds=20))
        await cages.start()
        publish, inbox = process.publisher.publish, process.inbox
        patience = Patience(settings.still_s, settings.empty_s)
        sweep, first = sweep_of(settings, inbox, process.library, process.spool), Partition(INGEST_JOBS.name, 0)
        sweeping = Sweeping(sweep, publish, settings.sweep_s, lambda: jobs.owns(first), settings.sweep_deep_s)
        deps = Deps(
            {inbox.name: inbox},
            process.library,
            process.spool,
            caged(cages),
            caged_lists(cages),
            Timers(publish).later,
            patience,
            settings.max_bytes,
            settings.masters,
            sweeping.soon,
            profile=Profiles(process.library).of,
        )
        jobs = process.worker(
            "ingest",
            {INGEST_JOBS: Step(decoder(IngestJob), partial(handle, deps=deps), partial(on_failure, deps=deps))},
            Limits(slots=settings.slots or 4),
            flow=folder_of_look,
        )
        intake = process.worker(
            "intake",
            {INBOX_EVENTS: Step(hints.decode, Intake({inbox.name}, time.time).handle)},
            Limits(slots=64),
            concerns=hints.concerning({inbox.name}),
            gather_s=0.2,  # SeaweedFS tells of everything that is written, the library too: many records, few of ours
        )
        process.on_stop(sweeping.stop)
        await door.serve(stack, settings, publish)
        await process.run(intake.run(), jobs.run(), sweeping.run(), *_queues(process, settings))
        await cages.close()


def _queues(process: Process, settings: IngestSettings) -> list[Coroutine[Any, Any, None]]:
    """The one that stores tell of files through, where one is set."""
    if not settings.events_queue:
        return []
    from services.ingest.events.queue import Queue  # Amazon's client is large: only who needs it

    queue = Queue(settings.events_queue, process.inbox.name, process.publisher.publish)
    process.on_stop(queue.stop)
    return [queue.run()]


if __name__ == "__main__":
    run(main)
