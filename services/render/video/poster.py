"""The picture that stands for a video: neither dark nor empty nor blurred, in full size, for the image pipeline."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ffmpeg
import pyvips

from runtime.refusal import Refused
from services.render.video import args
from services.render.video.containers import CURE
from services.render.video.crop import attention, middle
from services.render.video.geometry import Frame, Window
from services.render.video.probe import Probe
from services.render.video.programs import capture
from services.render.video.sampling import BUDGET, Sample, samples

CANDIDATES = 8
DARK, BRIGHT = 24.0, 248.0  # mean luma, 0 to 255: below and above it is a black or a white frame
EMPTY = 4.0  # standard deviation of luma
GOOD_LUMA, SPREAD = 120.0, 90.0  # a picture in the middle shows most
WORST = -math.inf


def score(image: pyvips.Image) -> float:
    """How good a poster a small RGB picture would be: sharp and well lit; WORST for a black, white or empty one."""
    luma = image.colourspace("b-w")
    mean, deviation = luma.avg(), luma.deviate()
    if not DARK <= mean <= BRIGHT or deviation < EMPTY:
        return WORST
    edges = luma.conv(pyvips.Image.new_from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]), precision="integer")
    lit = math.exp(-(((mean - GOOD_LUMA) / SPREAD) ** 2))
    return math.log1p(luma.cast("float").deviate()) * lit + math.log1p(edges.abs().avg())


@dataclass(frozen=True)
class Poster:
    """at: the second that it shows. eye: where the eye goes in most of the film, by which it is cropped, too."""

    at: float
    eye: tuple[float, float] | None


def best(looked_at: Iterable[Sample]) -> float:
    """The second that shows the video best; 0 where all is dark."""
    scored = [(score(sample.image), -sample.at) for sample in looked_at]
    top, at = max(scored, default=(WORST, 0.0))
    return -at if top > WORST else 0.0


def take(found: Probe, folder: Path, name: str) -> Poster:
    """Write the best picture as PNG, upright, SDR, in full size. Raises Refused."""
    looked_at = list(samples(found, folder, CANDIDATES))
    places = [one for sample in looked_at if (one := attention(sample.image)) is not None]
    for at in (best(looked_at), 0.0):
        read = args.source(found, 2, ss=f"{at:.3f}")
        video = args.picture(found, read, Frame(Window(), found.width, found.height), None)
        out = ffmpeg.output(video.filter("format", "rgb24"), name, format="image2", vframes=1, update=1, **_PNG)
        words = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error")
        capture(ffmpeg.compile(out.global_args(*words), cmd="ffmpeg", overwrite_output=True), folder, BUDGET)
        if (folder / name).exists():
            return Poster(at, middle(places) if places else None)
    raise Refused("No frame of the video can be decoded.", CURE)


_PNG = {"c:v": "png", "compression_level": 1, **args.BARE}
