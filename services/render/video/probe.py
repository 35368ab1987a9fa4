"""What a video is, before a frame of it is made: told by ffprobe, checked, and put upright."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from runtime.refusal import Refused
from services.render.video.containers import CURE, demuxer
from services.render.video.limits import check_length, check_size, check_streams
from services.render.video.programs import changed, probe_frames, probe_header

HEAD = 64 * 1024
HDR_TRANSFERS = {"smpte2084": "PQ", "arib-std-b67": "HLG"}
INTERLACED = ("tt", "bb", "tb", "bt")
RATES = tuple(Fraction(n) for n in (24, 25, 30, 50, 60)) + tuple(Fraction(n * 1000, 1001) for n in (24, 30, 60))
FASTEST, SLOWEST = Fraction(60), Fraction(1)
NEAR = 0.01  # share by which a measured rate may differ from the one that was meant


@dataclass(frozen=True)
class Probe:
    """A video of our kind. Sizes in pixels, upright, pixels made square; seconds; fps as a fraction "25/1".

    video, audio: indexes of the streams that are used (audio None: silent). hdr: PQ, HLG or empty.
    matrix, full_range: how its colours are stored. located: the file says where it was taken.
    """

    demuxer: str
    video: int
    audio: int | None
    width: int
    height: int
    rotation: int
    seconds: float
    fps: str
    codec: str
    audio_codec: str
    hdr: str
    matrix: str
    full_range: bool
    interlaced: bool
    located: bool
    bytes: int

    @property
    def rate(self) -> float:
        """Frames a second."""
        return float(Fraction(self.fps))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def probe(path: Path) -> Probe:
    """Read and check the header. Raises Refused."""
    with path.open("rb") as file:
        name = demuxer(file.read(HEAD))
    return read(probe_header(path, name), name, path.stat().st_size)


def check_frames(path: Path, found: Probe) -> None:
    """Look the whole file over. Raise Refused when its frames change in size, or some are missing."""
    sizes = probe_frames(path, found.demuxer, found.video)
    if len(sizes) > 1:
        raise changed(sizes)
    if not sizes:
        raise Refused("No frame of the video can be decoded.", CURE)


def read(said: str, demuxer_name: str, size: int) -> Probe:
    """Make a Probe of ffprobe's JSON. size: real bytes of the file. Raises Refused."""
    told: dict[str, Any] = json.loads(said or "{}")
    streams: list[dict[str, Any]] = told.get("streams") or []
    container: dict[str, Any] = told.get("format") or {}
    video = next((s for s in streams if s.get("codec_type") == "video" and not _is_cover(s)), None)
    if video is None:
        raise Refused("There is no video in the file that we can read.", CURE)
    audio = next((s for s in streams if s.get("codec_type") == "audio"), None)
    check_streams(len(streams), [str(s.get("codec_name", "unknown")) for s in (video, audio) if s])
    seconds = _seconds(video, container)
    check_length(seconds, size)
    rotation = _rotation(video)
    width, height = _square(video)
    check_size(width, height)
    if rotation in (90, 270):
        width, height = height, width
    return Probe(
        demuxer=demuxer_name,
        video=int(video["index"]),
        audio=int(audio["index"]) if audio else None,
        width=width,
        height=height,
        rotation=rotation,
        seconds=round(seconds, 3),
        fps=_rate(video),
        codec=str(video["codec_name"]),
        audio_codec=str(audio["codec_name"]) if audio else "",
        hdr=HDR_TRANSFERS.get(str(video.get("color_transfer", "")), ""),
        matrix=str(video.get("color_space") or ""),
        full_range=video.get("color_range") == "pc" or str(video.get("pix_fmt", "")).startswith("yuvj"),
        interlaced=video.get("field_order") in INTERLACED,
        located=_is_located([container, *streams]),
        bytes=size,
    )


def _is_cover(stream: dict[str, Any]) -> bool:
    return bool((stream.get("disposition") or {}).get("attached_pic"))


def _seconds(video: dict[str, Any], container: dict[str, Any]) -> float:
    lengths = (_number(video.get("duration")), _number(container.get("duration")))
    return next((seconds for seconds in lengths if seconds > 0), 0.0)


def _rotation(video: dict[str, Any]) -> int:
    """Degrees that ffmpeg turns the frames by, counted from 0 to 270; anything askew counts as upright."""
    for side in video.get("side_data_list") or []:
        if "rotation" in side:
            return int(round(_number(side["rotation"]) / 90) * 90) % 360
    return 0


def _square(video: dict[str, Any]) -> tuple[int, int]:
    """Width and height with square pixels, never enlarged: the side that is stored too long is shortened."""
    width, height = int(_number(video.get("width"))), int(_number(video.get("height")))
    ratio = _fraction(str(video.get("sample_aspect_ratio", "1:1")).replace(":", "/"))
    if not Fraction(1, 4) <= ratio <= 4 or ratio == 1:
        return width, height
    return (round(width * ratio), height) if ratio < 1 else (width, round(height / ratio))


def _rate(video: dict[str, Any]) -> str:
    """The rate of the outputs: the measured one, put right to a usual one where it is near it, and bounded."""
    rate = _fraction(str(video.get("avg_frame_rate", ""))) or _fraction(str(video.get("r_frame_rate", "")))
    rate = rate or Fraction(25)
    near = [usual for usual in RATES if abs(usual - rate) / usual < NEAR]
    best = min(near, key=lambda usual: abs(usual - rate)) if near else rate.limit_denominator(1001)
    best = min(max(best, SLOWEST), FASTEST)
    return f"{best.numerator}/{best.denominator}"


def _is_located(parts: Iterable[dict[str, Any]]) -> bool:
    return any("location" in str(tag).lower() for part in parts for tag in (part.get("tags") or {}))


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def _number(value: Any) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return 0.0
    return found if abs(found) < 1e12 else 0.0
