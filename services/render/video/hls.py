"""An HLS ladder: every step from one decode, key frames at the same times, sound apart, one file a step.

Each step is one fragmented MP4 that the playlist cuts by byte ranges: a film is a dozen objects, not thousands.
The master playlist is our own: ffmpeg's knows no measured rates, and offers the sound as if it were a picture.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from services.render.video import args
from services.render.video.geometry import Frame, Window, ladder
from services.render.video.limits import budget
from services.render.video.loudness import Level, level, measure_made
from services.render.video.made import Made, file_of
from services.render.video.mp4 import heard, longest, most_kbit, rate
from services.render.video.probe import Probe
from services.render.video.programs import Progress, convert
from services.render.video.recipe import INDEX
from services.render.video.rungs import Hls, Step

SOUND, DRAFT = "sound", "draft.m3u8"
Stepped = list[tuple[Step, int, int]]


@dataclass(frozen=True)
class Playlist:
    """What a step's playlist says: highest and mean rate of its segments (bit/s), and its length in seconds."""

    peak: int
    mean: int
    seconds: float


def make(found: Probe, rung: Hls, folder: Path) -> Iterator[Progress | Made]:
    """Yields how far it is, then what was made. Raises Refused."""
    steps = ladder(rung, found.width, found.height)
    fps = rate(found, rung)
    has_sound = heard(found, rung)
    loud = level(found, folder, rung.loudness, rung.threads) if has_sound else None
    arguments = _arguments(found, rung, steps, fps, loud)
    pixels = sum(wide * high for _, wide, high in steps)
    cost = budget(found.seconds, found.rate, found.width * found.height, pixels)
    yield from convert(arguments, folder, cost, found.seconds)
    codecs = _codecs((folder / DRAFT).read_text())
    (folder / INDEX["hls"]).write_text(master(folder, steps, fps, codecs, has_sound))
    names = [step_name(step) for step, _, _ in steps] + [SOUND] * has_sound
    files = [INDEX["hls"], *(f"{name}.{ending}" for name in names for ending in ("m3u8", "m4s"))]
    _, wide, high = steps[0]
    made = tuple(file_of(folder, name) for name in files)
    loudness = measure_made(folder, f"{SOUND}.m4s", found.seconds) if has_sound else None
    yield Made("hls", wide, high, INDEX["hls"], made, found.seconds, loudness)


def step_name(step: Step) -> str:
    """The name of a step's files, without ending."""
    return f"{step.height}p"


def read_playlist(text: str) -> Playlist:
    """Rates and length out of a playlist with byte ranges."""
    lengths = [float(length) for length in re.findall(r"#EXTINF:([0-9.]+)", text)]
    sizes = [int(size) for size in re.findall(r"#EXT-X-BYTERANGE:(\d+)", text)]
    total = sum(lengths)
    # The last segment may be a few milliseconds long: its rate says nothing; but no highest is below its mean.
    peaks = [8 * size / length for size, length in zip(sizes, lengths, strict=True) if length > 0.5]
    mean = 8 * sum(sizes) / total if total else 0.0
    return Playlist(round(max([*peaks, mean])), round(mean), total)


def master(folder: Path, steps: Stepped, fps: str, codecs: list[str], has_sound: bool) -> str:
    """The text of the master playlist, from the steps' own playlists in the folder."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    sound = Playlist(0, 0, 0.0)
    if has_sound:
        sound = read_playlist((folder / f"{SOUND}.m3u8").read_text())
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
            f'URI="{SOUND}.m3u8"'
        )
    for (step, wide, high), codec in zip(steps, codecs, strict=True):
        own = read_playlist((folder / f"{step_name(step)}.m3u8").read_text())
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={own.peak + sound.peak},AVERAGE-BANDWIDTH={own.mean + sound.mean},"
            f'RESOLUTION={wide}x{high},FRAME-RATE={float(Fraction(fps)):.3f},CODECS="{codec}"'
            + (',AUDIO="sound"' if has_sound else ""),
            f"{step_name(step)}.m3u8",
        ]
    return "\n".join(lines) + "\n"


def _codecs(draft: str) -> list[str]:
    """RFC 6381 names of each step, as ffmpeg read them out of its own headers."""
    return re.findall(r'RESOLUTION=.*CODECS="([^"]+)"', draft)


def _arguments(found: Probe, rung: Hls, steps: Stepped, fps: str, loud: Level | None) -> list[str]:
    read = args.source(found, rung.threads)
    _, wide, high = steps[0]
    split = args.picture(found, read, Frame(Window(), wide, high), fps).filter_multi_output("split", len(steps))
    streams: list[Any] = []
    options = args.encoding(rung, float(Fraction(fps)))
    for number, (step, wide, high) in enumerate(steps):
        streams.append(split[number].filter("scale", w=wide, h=high, flags="bicubic").filter("setsar", 1))
        options |= args.rate_bound(most_kbit(found, rung, step.kbit), f":v:{number}")
    groups = [f"v:{number},name:{step_name(step)}" for number, (step, _, _) in enumerate(steps)]
    if loud is not None:
        streams.append(loud.on(args.sound(found, read)))
        groups = [f"{group},agroup:sound" for group in groups] + [f"a:0,agroup:sound,name:{SOUND}"]
    return args.compiled(streams, "%v.m3u8", longest(found.seconds), options | _segments(rung, groups))


def _segments(rung: Hls, groups: list[str]) -> dict[str, object]:
    return {
        "format": "hls",
        "hls_time": rung.segment_seconds,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "single_file",
        "master_pl_name": DRAFT,
        "var_stream_map": " ".join(groups),
        # The same times in every step, and no others: a player may change steps at each of them.
        "force_key_frames": f"expr:gte(t,n_forced*{rung.segment_seconds})",
        "g": 100_000,
        "sc_threshold": 0,
    }
