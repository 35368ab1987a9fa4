"""How loud a video is (EBU R 128), and what makes it as loud as it shall be.

A first pass measures; where plain gain keeps the peaks below the ceiling, that is all: exact, and no dynamics are lost.
Where it does not, a limiter holds them, and as that takes loudness away, the gain is raised by what is missing and
measured again. (loudnorm's own second pass misses by several LU on sounds with sharp peaks, and takes nine times as
long as this does.)
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from services.render.video import args
from services.render.video.limits import CPU_AT_LEAST, WALL_A_CPU, Budget
from services.render.video.probe import Probe
from services.render.video.programs import capture

SILENT = -60.0
"""LUFS below which there is nothing to hear: it is left as it is, and not its noise made loud."""
PEAK_DBTP = -1.5
NEAR_LU = 0.2
ROUNDS = 8
MOST_GAIN_DB = 40.0
CPU_A_SECOND = 0.5


@dataclass(frozen=True)
class Measured:
    """Integrated loudness in LUFS, and true peak in dBTP."""

    loudness: float
    peak: float

    @property
    def audible(self) -> bool:
        return self.loudness > SILENT


@dataclass(frozen=True)
class Level:
    """What is done to a sound: gain in dB, and whether its peaks are held. `measured`: how loud it was before."""

    gain: float = 0.0
    limited: bool = False

    def on(self, audio: Any) -> Any:
        """The sound's node with it."""
        if self.gain:
            audio = audio.filter("volume", f"{self.gain:.2f}dB")
        if self.limited:  # at four times the rate, where it sees the peaks between the samples too
            ceiling = round(10 ** (PEAK_DBTP / 20), 4)
            audio = audio.filter("aresample", 4 * args.AUDIO_RATE)
            audio = audio.filter("alimiter", limit=ceiling, attack=5, release=50, level=0)
            audio = audio.filter("aresample", args.AUDIO_RATE)
        return audio


def level(found: Probe, folder: Path, target: float, threads: int) -> Level:
    """What makes the sound of the input `target` LUFS loud. Raises Refused."""
    first = measure(found, folder, Level(), threads)
    if not first.audible:
        return Level()
    gain = min(target - first.loudness, MOST_GAIN_DB)
    if first.peak + gain <= PEAK_DBTP:
        return Level(round(gain, 2))
    return _limited(found, folder, target, threads, gain)


def _limited(found: Probe, folder: Path, target: float, threads: int, gain: float) -> Level:
    """Gain under a limiter: raised while it is too quiet, then halved in until it is near."""
    quiet, loud = gain, math.inf
    for _ in range(ROUNDS):
        missing = target - measure(found, folder, Level(gain, limited=True), threads).loudness
        if abs(missing) <= NEAR_LU:
            break
        quiet, loud = (gain, loud) if missing > 0 else (quiet, gain)
        gain = (quiet + loud) / 2 if math.isfinite(loud) else min(gain + 1.5 * missing, MOST_GAIN_DB)
    return Level(round(gain, 2), limited=True)


def measure(found: Probe, folder: Path, after: Level, threads: int) -> Measured:
    """How loud the input's sound is after that has been done to it."""
    read = args.source(found, threads, vn=None)
    return _measure(after.on(args.sound(found, read)), folder, found.seconds)


def measure_made(folder: Path, name: str, seconds: float) -> float | None:
    """Integrated loudness of an MP4 of ours, LUFS; None where nothing can be heard."""
    found = _measure(ffmpeg.input(name, format="mov", vn=None, protocol_whitelist="file")["a:0"], folder, seconds)
    return found.loudness if found.audible else None


def parse(said: str) -> Measured:
    """The summary of ebur128 out of what ffmpeg said. Raises ValueError where there is none."""
    loudness, peak = re.findall(r"^\s+I:\s+(\S+) LUFS", said, re.M), re.findall(r"^\s+Peak:\s+(\S+) dBFS", said, re.M)
    if not loudness or not peak:
        raise ValueError(f"no loudness was measured:\n{said[-1000:]}")
    return Measured(float(loudness[-1]), float(peak[-1]))


def _measure(audio: Any, folder: Path, seconds: float) -> Measured:
    out = ffmpeg.output(
        audio.filter("ebur128", peak="true", framelog="verbose"), "-", format="null", t=f"{seconds * 1.05 + 1:.3f}"
    )
    words = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "info")
    cpu = CPU_AT_LEAST + seconds * CPU_A_SECOND
    _, said = capture(ffmpeg.compile(out.global_args(*words), cmd="ffmpeg"), folder, Budget(cpu, cpu * WALL_A_CPU))
    return parse("\n".join(said))
