"""The cages of video. They alone may run ffmpeg; posters have their own, so that none waits for a long encode."""

import shutil
from pathlib import Path

from runtime.jobs import Cages, Limits
from runtime.limits import GIB
from runtime.refusal import Refused
from services.render.video.programs import FFMPEG, FFPROBE

POSTER_SECONDS = 600.0
NICE = 10
"""Encodes that take minutes give way to thumbnails that take milliseconds."""


def programs() -> list[Path]:
    """ffmpeg and ffprobe. Raises RuntimeError where they are not installed: ask `missing` first."""
    found = [shutil.which(name) for name in (FFMPEG, FFPROBE)]
    if None in found:
        raise RuntimeError("no ffmpeg, or no ffprobe, on this machine: apt-get install ffmpeg")
    return [Path(path) for path in found if path is not None]


def missing() -> Refused | None:
    """Why no video can be rendered on this machine; None where one can."""
    if all(shutil.which(name) for name in (FFMPEG, FFPROBE)):
        return None
    return Refused("Videos are not rendered here: ffmpeg is not installed.", "Install ffmpeg, then retry this file.")


def poster_cages(scratch: Path, size: int = 1, nice: int = 0) -> Cages:
    """Children that give a video the renditions of a picture; not started yet."""
    limits = Limits(seconds=POSTER_SECONDS, address_bytes=12 * GIB, rss_bytes=3 * GIB, file_bytes=2 * GIB, nice=nice)
    return _cages("poster", size, scratch, limits)


def rung_cages(scratch: Path, size: int, seconds: float, memory: int, nice: int = NICE) -> Cages:
    """Children that make rungs; not started yet. seconds, memory (bytes): at most for one rung."""
    limits = Limits(
        seconds=seconds, address_bytes=memory + 12 * GIB, rss_bytes=memory, file_bytes=20 * GIB, jobs=50, nice=nice
    )
    return _cages("rung", size, scratch, limits)


def _cages(work: str, size: int, scratch: Path, limits: Limits) -> Cages:
    path = f"services.render.video.work:{work}"
    return Cages(path, size=size, scratch=scratch, limits=limits, programs=programs(), lazy=True)
