"""Arguments of ffmpeg, compiled by ffmpeg-python: graphs in, lists out. It runs nothing; programs.py does.

File names are ours alone ("input", "preview.mp4"), in the cage's folder: none can be taken for an option or a protocol.
"""

from collections.abc import Sequence
from typing import Any

import ffmpeg

from services.render.video.containers import input_options
from services.render.video.geometry import Frame, Window
from services.render.video.probe import Probe
from services.render.video.rungs import Encoded

Node = Any  # ffmpeg-python has no types
INPUT = "input"
BT709 = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "color_range": "tv"}
# No dates, places, makers, chapters or versions of encoders; with these the same input gives the same bytes.
BARE = {"map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact", "flags": "+bitexact"}
MATRICES = {
    "bt709": "bt709",
    "smpte170m": "bt601",
    "bt470bg": "bt601",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
    "bt2020nc": "bt2020",
}
HD_HEIGHT = 720
"""From here on untold colours are BT.709, below BT.601, as players take them."""
HDR_NITS = 203
"""Luminance of white in an HDR picture, cd/m² (ITU-R BT.2408): what becomes the white of SDR."""
# Up to a third of white as it is, above that rolled off until 1000 cd/m² is white: skin and products keep their look.
TONE = {"tonemap": "mobius", "param": 0.3, "peak": round(1000 / HDR_NITS, 3), "desat": 0}
AUDIO_RATE = 48_000


def source(found: Probe, threads: int, **options: object) -> Node:
    """The input node. options: of ffmpeg, before `-i`."""
    return ffmpeg.input(INPUT, **input_options(found.demuxer), threads=threads, **options)


def picture(found: Probe, read: Node, frame: Frame, fps: str | None, *, for_jpeg: bool = False) -> Node:
    """The upright picture as that frame, SDR, square pixels, at that rate. ffmpeg itself turns it upright first."""
    video = read[str(found.video)]
    if found.interlaced:
        video = video.filter("bwdif", mode="send_frame", deint="interlaced")
    if fps is not None:
        video = video.filter("fps", fps=fps)
    if frame.window != Window():
        w = frame.window
        video = video.filter(
            "crop", w=f"iw*{w.width:.6f}", h=f"ih*{w.height:.6f}", x=f"iw*{w.left:.6f}", y=f"ih*{w.top:.6f}"
        )
    video = _sdr(video, found, frame, for_jpeg) if found.hdr else _scaled(video, found, frame, for_jpeg)
    video = video.filter("setsar", 1)
    if frame.canvas is not None:
        wide, high = frame.canvas
        video = video.filter("pad", width=wide, height=high, x="(ow-iw)/2", y="(oh-ih)/2", color=frame.colour)
    return video


def sound(found: Probe, read: Node) -> Node:
    """The sound, in stereo at 48 kHz."""
    return read[str(found.audio)].filter("aresample", AUDIO_RATE).filter("aformat", channel_layouts="stereo")


def encoding(rung: Encoded, rate: float) -> dict[str, object]:
    """Output options of H.264 and AAC. rate: frames a second."""
    video: dict[str, object] = {
        "c:v": "libx264",
        "preset": rung.speed,
        "crf": rung.crf,
        "profile:v": "high",
        "pix_fmt": "yuv420p",
        "g": max(1, round(rate * 4)),
        "bf": 2,
        "threads": rung.threads,
        **BT709,
    }
    if rung.sound_kbit:
        video |= {"c:a": "aac", "b:a": f"{rung.sound_kbit}k", "ar": AUDIO_RATE, "ac": 2}
    return video


def rate_bound(kbit: int, stream: str = "") -> dict[str, object]:
    """Bounds of the rate: `kbit` on average over two seconds. stream: ":v:0" where there are several."""
    return {f"maxrate{stream}": f"{kbit}k", f"bufsize{stream}": f"{2 * kbit}k"}


def compiled(streams: Sequence[Node], name: str, seconds: float, options: dict[str, Any]) -> list[str]:
    """The whole argument list. seconds: at which the output ends whatever the input's clock says."""
    out = ffmpeg.output(*streams, name, **{**BARE, **options}, t=f"{seconds:.3f}", sn=None, dn=None)
    words = [
        "-hide_banner",
        "-nostdin",
        "-nostats",
        "-loglevel",
        "verbose",
        "-stats_period",
        "0.5",
        "-progress",
        "pipe:1",
    ]
    argv: list[str] = ffmpeg.compile(out.global_args(*words), cmd="ffmpeg", overwrite_output=True)
    return argv


def _scaled(video: Node, found: Probe, frame: Frame, for_jpeg: bool) -> Node:
    guess = "bt709" if min(found.width, found.height) >= HD_HEIGHT else "bt601"
    return video.filter(
        "scale",
        w=frame.width,
        h=frame.height,
        flags="bicubic+accurate_rnd",
        in_color_matrix=MATRICES.get(found.matrix, guess),
        out_color_matrix="bt601" if for_jpeg else "bt709",
        in_range="pc" if found.full_range else "tv",
        out_range="pc" if for_jpeg else "tv",
    ).filter("format", "yuvj420p" if for_jpeg else "yuv420p")


def _sdr(video: Node, found: Probe, frame: Frame, for_jpeg: bool) -> Node:
    """Tone mapped: small first, since linear light costs most, then mapped, then in the colours of SDR."""
    transfer = "smpte2084" if found.hdr == "PQ" else "arib-std-b67"
    said = {"tin": transfer, "min": "bt2020nc", "pin": "bt2020", "rin": "full" if found.full_range else "limited"}
    linear = video.filter("zscale", w=frame.width, h=frame.height, t="linear", npl=HDR_NITS, **said)
    mapped = linear.filter("format", "gbrpf32le").filter("zscale", p="bt709").filter("tonemap", **TONE)
    matrix, extent = ("170m", "full") if for_jpeg else ("709", "limited")
    told = mapped.filter("zscale", t="bt709", m=matrix, r=extent)
    return told.filter("format", "yuvj420p" if for_jpeg else "yuv420p")
