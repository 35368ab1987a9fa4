"""Wires the rungs of videos into render's process: a pool and a worker of their own."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from runtime.deliver import Step, decoder
from runtime.outage import Unavailable
from runtime.process import Process
from runtime.publisher import Outgoing, Publisher
from runtime.worker import Limits, Worker
from schemas.topics import VIDEO_JOBS, VIDEO_PROGRESS
from schemas.video import VideoJob, VideoProgress
from services.render.config import RenderSettings
from services.render.video.handler import VideoDeps, handle, on_failure
from services.render.video.pools import missing, rung_cages
from services.render.video.rungs import DEFAULT, AnyRung, load_rungs

log = logging.getLogger(__name__)
GROUP = "render-video"
PATIENCE_S = 1.0
"""So long an encode may stand still to tell how far it is."""


@dataclass(frozen=True)
class Films:
    """rungs: what a video is owed; workers: to be run beside the others. Both empty on a machine without ffmpeg."""

    rungs: tuple[AnyRung, ...] = ()
    workers: tuple[Worker, ...] = ()


@asynccontextmanager
async def films(process: Process, settings: RenderSettings) -> AsyncIterator[Films]:
    """A member of the group that makes rungs; its cages end with the block. Raises SpawnFailed, RungsError."""
    if missing() is not None:
        yield Films()
        return
    rungs = load_rungs(settings.rungs or DEFAULT)
    cages = rung_cages(process.spool, settings.video_slots, settings.video_seconds, settings.video_memory)
    await cages.start()
    try:
        process.health.details["video_cpu_s"] = lambda: round(cages.cpu_seconds, 3)
        deps = VideoDeps(process.library, cages, rungs, partial(tell, process.publisher))
        step = Step(decoder(VideoJob), partial(handle, deps=deps), on_failure)
        # A rung waits for its slot in the queue: holding many would only delay their commits.
        limits = Limits(slots=settings.video_slots, ahead=2)
        yield Films(rungs, (process.worker(GROUP, {VIDEO_JOBS: step}, limits),))
    finally:
        await cages.close()


async def tell(publisher: Publisher, progress: VideoProgress) -> None:
    """Say how far a rung is. An outage is not waited out: the film goes on, and the next word is two seconds away."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            await publisher.publish(Outgoing(VIDEO_PROGRESS, progress.asset_id, progress))
    except (Unavailable, TimeoutError) as error:
        log.info("nobody could be told how far %s is: %r", progress.rung, error)
