"""Video's work in the cage: `poster` gives a video the renditions of a picture, `rung` makes one of its rungs."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyvips

from services.render.facts import Focal
from services.render.recipe import Recipe
from services.render.video import hls, mp4, shots, storyboard
from services.render.video import poster as posters
from services.render.video.made import Made
from services.render.video.probe import check_frames, probe
from services.render.video.programs import FFMPEG, Progress, program
from services.render.video.rungs import Hls, Mp4, Shots, parse
from services.render.work import pictures
from services.render.work import warm as warm_pictures

POSTER = "poster.png"


def warm() -> None:
    """Load libvips, and look that ffmpeg is there before the cage closes."""
    warm_pictures()
    program(FFMPEG)
    pyvips.Image.black(64, 64, bands=3).copy(interpretation="srgb").smartcrop(16, 16, interesting="attention")


def poster(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """Look the whole file over, take its best picture, and render that.

    job and values: those of `services.render.work.work`, and before them {"video": fields of a Probe, and "poster_at":
    the second that the poster shows}. Raises Refused.
    """
    source = folder / job["input"]
    found = probe(source)
    check_frames(source, found)
    taken = posters.take(found, folder, POSTER)
    yield {"video": {**found.as_dict(), "poster_at": round(taken.at, 3)}}
    recipes = [Recipe.model_validate(fields) for fields in job["recipes"]]
    yield from pictures(folder / POSTER, recipes, folder, found.bytes, taken.eye)


def rung(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """Make one rung.

    job: {"input": "input", "rung": fields of a rung, "focal": {"x", "y"} or None}. Yields {"video": fields of a Probe},
    then {"progress": share from 0 to 1, "eta_s": seconds or None} again and again, and at the end {"made": fields of
    Made with its "bytes" and "sha256", "ms": milliseconds of clock}. The files lie in the folder. Raises Refused.
    """
    started = time.perf_counter()
    found = probe(folder / job["input"])
    yield {"video": found.as_dict()}
    focal = Focal.model_validate(job["focal"]) if job.get("focal") else None
    for said in _steps(job, found, folder, focal):
        if isinstance(said, Progress):
            yield {"progress": said.share, "eta_s": said.eta_s}
        else:
            yield {"made": said.as_dict(), "ms": round((time.perf_counter() - started) * 1000, 1)}


def _steps(job: dict[str, Any], found: Any, folder: Path, focal: Focal | None) -> Iterator[Progress | Made]:
    wanted = parse(job["rung"])
    if isinstance(wanted, Mp4):
        return mp4.make(found, wanted, folder, focal)
    if isinstance(wanted, Hls):
        return hls.make(found, wanted, folder)
    if isinstance(wanted, Shots):
        return shots.make(found, wanted, folder)
    return storyboard.make(found, wanted, folder)
