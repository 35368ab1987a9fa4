"""Small pictures of a video, spread over its length, found by jumping to the key frame before each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ffmpeg
import pyvips

from services.render.video import args
from services.render.video.geometry import Frame, Window, fit
from services.render.video.limits import CPU_AT_LEAST, WALL_A_CPU, Budget
from services.render.video.probe import Probe
from services.render.video.programs import capture

BUDGET = Budget(CPU_AT_LEAST, CPU_AT_LEAST * WALL_A_CPU)
SMALL = 320


@dataclass(frozen=True)
class Sample:
    """One small RGB picture, and the second of the video that it shows."""

    at: float
    image: pyvips.Image


def samples(found: Probe, folder: Path, count: int) -> Iterator[Sample]:
    """Up to `count` pictures in order of time; what cannot be decoded at a place is left out there."""
    yield from samples_at(found, folder, [found.seconds * (number + 0.5) / count for number in range(count)])


def samples_at(found: Probe, folder: Path, seconds: Sequence[float], side: int = SMALL) -> Iterator[Sample]:
    """The same of these seconds. side: pixels of the longer side, at most."""
    width, height = fit(found.width, found.height, side, side)
    for at in seconds:
        said, _ = capture(_arguments(found, at, width, height), folder, BUDGET)
        if len(said) >= width * height * 3:
            pixels = said[: width * height * 3]
            image = pyvips.Image.new_from_memory(pixels, width, height, 3, "uchar")
            yield Sample(at, image.copy(interpretation="srgb"))


def _arguments(found: Probe, at: float, width: int, height: int) -> list[str]:
    read = args.source(found, 1, ss=f"{at:.3f}")
    video = args.picture(found, read, Frame(Window(), width, height), None).filter("format", "rgb24")
    out = ffmpeg.output(video, "pipe:1", format="rawvideo", vframes=1, **{"c:v": "rawvideo"})
    words = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error")
    argv: list[str] = ffmpeg.compile(out.global_args(*words), cmd="ffmpeg")
    return argv
