"""Wires the rungs of videos into render's process: a pool and a worker of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from runtime.deliver import Step, decoder
from runtime.process import Process
from runtime.worker import Limits, Worker
from schemas.topics import VIDEO_JOBS
from schemas.video import VideoJob
from services.render.config import RenderSettings
from services.render.video.handler import VideoDeps, handle, on_failure
from services.render.video.pools import missing, rung_cages
from services.render.video.rungs import DEFAULT, AnyRung, load_rungs

GROUP = "render-video"


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
        step = Step(decoder(VideoJob), partial(handle, deps=VideoDeps(process.library, cages, rungs)), on_failure)
        # A rung waits for its slot in the queue: holding many would only delay their commits.
        limits = Limits(slots=settings.video_slots, ahead=2)
        yield Films(rungs, (process.worker(GROUP, {VIDEO_JOBS: step}, limits),))
    finally:
        await cages.close()
