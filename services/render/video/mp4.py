"""One progressive MP4."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from services.render.facts import Focal
from services.render.video import args
from services.render.video.crop import Colour, attention, ground, window
from services.render.video.geometry import Frame, Window, box, even, fill, fit, pad
from services.render.video.limits import budget
from services.render.video.loudness import level, measure_made
from services.render.video.made import Made, file_of
from services.render.video.probe import Probe
from services.render.video.programs import Progress, convert
from services.render.video.rungs import Encoded, Mp4
from services.render.video.sampling import samples

LOOKED_AT = 9
BLACK = (0, 0, 0)
BETTER = ("hevc", "vp9", "av1")
LEAST_KBIT = 100
AT_ONCE = 1.8
"""Seconds of the bound that may be spent beside it: the buffer of two seconds is nine tenths full at the start."""
PADDED = "padded: no crop of this shape keeps what the eye goes to"


def make(found: Probe, rung: Mp4, folder: Path, focal: Focal | None) -> Iterator[Progress | Made]:
    """Yields how far it is, then what was made. Raises Refused."""
    frame, note = place(found, rung, folder, focal)
    seconds = min(found.seconds, rung.seconds or found.seconds)
    start = (found.seconds - seconds) / 3
    cut = {"ss": f"{start:.3f}", "t": f"{seconds:.3f}"} if rung.seconds else {}
    fps = rate(found, rung)
    read = args.source(found, rung.threads, **cut)
    streams = [args.picture(found, read, frame, fps)]
    if heard(found, rung):
        loud = level(found, folder, rung.loudness, rung.threads)
        streams.append(loud.on(args.sound(found, read)))
    per_second = float(Fraction(fps))
    options = {
        **args.encoding(rung, per_second),
        **args.rate_bound(most_kbit(found, rung, rung.max_kbit)),
        "movflags": "+faststart",
    }
    name = f"{rung.name}.mp4"
    arguments = args.compiled(streams, name, longest(seconds), {**options, "format": "mp4"})
    wide, high = frame.size
    yield from convert(arguments, folder, budget(seconds, found.rate, found.width * found.height, wide * high), seconds)
    loudness = measure_made(folder, name, seconds) if heard(found, rung) else None
    yield Made("mp4", wide, high, name, (file_of(folder, name),), seconds, loudness, (note,) if note else ())


def place(found: Probe, rung: Mp4, folder: Path, focal: Focal | None) -> tuple[Frame, str]:
    """Where the picture goes in the rung's box, and what there is to say about it."""
    wide, high = box(rung, found.width, found.height)
    if rung.mode == "fit":
        return Frame(Window(), *fit(found.width, found.height, wide, high)), ""
    if rung.mode == "pad":
        return pad(found.width, found.height, wide, high), ""
    seen = [] if focal else [attention(sample.image) for sample in samples(found, folder, LOOKED_AT)]
    places = [one for one in seen if one is not None]
    chosen = window(found.width, found.height, wide, high, places, focal)
    if chosen is not None:
        return fill(found.width, found.height, wide, high, chosen), ""
    return padded(found, wide, high, ground(places)), PADDED


def padded(found: Probe, wide: int, high: int, colour: Colour | None) -> Frame:
    """The whole picture on a canvas of the box's shape, no larger than it has to be, in its own background's colour."""
    width, height = fit(found.width, found.height, wide, high)
    scale = max(width / wide, height / high)
    canvas = (max(width, even(wide * scale)), max(height, even(high * scale)))
    return Frame(Window(), width, height, canvas=canvas, colour="#{:02x}{:02x}{:02x}".format(*colour or BLACK))


def rate(found: Probe, rung: Encoded) -> str:
    """The output's frame rate: the video's, halved until the rung allows it, so that no frame is shown unevenly."""
    own = Fraction(found.fps)
    while own > rung.fps + Fraction(1, 10):
        own /= 2
    return f"{own.numerator}/{own.denominator}"


def heard(found: Probe, rung: Encoded) -> bool:
    """Whether the output has sound."""
    return found.audio is not None and rung.sound_kbit > 0


def most_kbit(found: Probe, rung: Encoded, kbit: int) -> int:
    """The rung's bound of the pictures' rate, or what the film itself spends: more bytes than it has show no more.

    At least half of that, for films of a second or with hardly any pictures. A film in a better codec than H.264 needs
    more bytes with us, and gets them.
    """
    if found.codec in BETTER:
        return kbit
    own = found.bytes * 8 / found.seconds / 1000 - rung.sound_kbit * heard(found, rung)
    own *= found.seconds / (found.seconds + AT_ONCE)
    return min(kbit, max(LEAST_KBIT, round(max(own, found.bytes * 4 / found.seconds / 1000))))


def longest(seconds: float) -> float:
    """Where an output ends at the latest, whatever the input's clock says."""
    return seconds * 1.05 + 1.0
