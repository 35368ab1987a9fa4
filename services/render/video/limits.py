"""What a video may claim before a frame of it is decoded, and what its work may cost."""

from dataclasses import dataclass

from runtime.refusal import Refused
from services.render.video.containers import CODECS, CURE

MEGA = 1_000_000
MAX_SECONDS = 2 * 3600.0
MAX_SIDE = 8192
MAX_PIXELS = 8192 * 4320
MAX_STREAMS = 32
MAX_BYTES = 20 * 10**9
LEAST_SIDE = 16
LEAST_BYTES_A_SECOND = 25.0
"""A still picture in the best codec needs more; a file with less declares a duration that it does not hold."""
# CPU seconds for one million pixels decoded or encoded, five times what they take, and for starting.
CPU_A_MEGAPIXEL, CPU_AT_LEAST = 0.25, 60.0
WALL_A_CPU = 4.0
"""Seconds of clock for a CPU second: the machine is shared, and a hang has to end."""


@dataclass(frozen=True)
class Budget:
    """What one run of ffmpeg may use: CPU seconds, and seconds of clock."""

    cpu: float
    wall: float


def budget(seconds: float, fps: float, pixels_in: int, pixels_out: int) -> Budget:
    """In proportion to what goes in and comes out: pixels are those of one frame."""
    cpu = CPU_AT_LEAST + seconds * fps * (pixels_in + pixels_out) / MEGA * CPU_A_MEGAPIXEL
    return Budget(cpu, cpu * WALL_A_CPU)


def check_size(width: int, height: int) -> None:
    """Raise Refused when a frame is too large or too small."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused(f"The video is {width} x {height} pixels; we take up to 8192 x 4320.", "Export it smaller.")
    if min(width, height) < LEAST_SIDE:
        raise Refused(f"The video is {width} x {height} pixels: nothing can be seen in it.", "Export it larger.")


def check_length(seconds: float, size: int) -> None:
    """Raise Refused for no duration, too much of it, or more than `size` bytes can hold."""
    if seconds <= 0:
        raise Refused("The video does not say how long it is, or has no frames.", CURE)
    if seconds > MAX_SECONDS:
        raise Refused(f"The video lasts {seconds / 3600:.1f} hours; we take up to 2.", "Cut it into parts.")
    if size > MAX_BYTES:
        raise Refused(f"The video has {size / 1e9:.0f} GB; we take up to 20.", "Export it with a lower bit rate.")
    if size < seconds * LEAST_BYTES_A_SECOND:
        raise Refused(
            f"The file declares {seconds:.0f} seconds of video, but {size} bytes cannot hold them.",
            "The file is damaged or cut off: export or copy it again.",
        )


def check_streams(count: int, used: list[str]) -> None:
    """Raise Refused for too many streams, or a codec outside our list. used: codec names of what we decode."""
    if count > MAX_STREAMS:
        raise Refused(f"The file holds {count} streams; we take up to {MAX_STREAMS}.", "Export picture and sound only.")
    for name in used:
        if name not in CODECS:
            raise Refused(f"The video's codec is not one that we take ({name[:20]}).", CURE)
