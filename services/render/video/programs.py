"""Runs ffmpeg and ffprobe, within the cage: with a deadline, progress as it goes, and the right one blamed at the end.

They are children of the caged child and live in the same cage: no network, no file but its folder. Their arguments are
lists that args.py compiles. The parent's kill takes the whole process group, so them too.
"""

import json
import logging
import os
import re
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from runtime.confine import die_with
from runtime.refusal import Refused
from services.render.video.containers import CURE, input_options
from services.render.video.limits import Budget
from services.render.video.riff import missing

log = logging.getLogger(__name__)

FFMPEG, FFPROBE = "ffmpeg", "ffprobe"
PROBE_BUDGET = Budget(cpu=120.0, wall=480.0)
MAY_LACK = 0.02  # of a video: frames at the end that a camera has announced and not written
MOST_SAID = 32 * 2**20  # bytes of standard output that are kept
LINES_KEPT, LINE_KEPT = 400, 500
# What ffmpeg says (at `verbose`) when it begins, and when the frames change in size and it begins anew.
SIZE = re.compile(r"\[graph \d+ input from stream .* w:(\d+) h:(\d+) ")
# Words of ffmpeg by which we know that our arguments or our machine are at fault, not the file.
OURS = (
    "Unrecognized option", "Option not found", "No such filter", "Error initializing filter", "Unknown encoder",
    "Error setting option", "Error parsing", "Error reinitializing filters", "No space left on device",
    "Permission denied", "Invalid stream specifier",
)  # fmt: skip
NO_MEMORY = "Cannot allocate memory"
COLUMNS = ("stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,avg_frame_rate,r_frame_rate,duration,"
           "color_transfer,color_space,color_range,pix_fmt,field_order:stream_tags:stream_disposition=attached_pic:"
           "stream_side_data=rotation:format=duration:format_tags")  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """How far: share from 0 to 1, and seconds of clock still to go (None: not known yet)."""

    share: float
    eta_s: float | None


class Run:
    """One program, begun. `said`: the end of its standard error, complete when `wait` has returned."""

    def __init__(self, arguments: Sequence[str], folder: Path, budget: Budget) -> None:
        self.said: deque[str] = deque(maxlen=LINES_KEPT)
        self.late = False
        self.sizes: set[tuple[str, str]] = set()
        self._process = subprocess.Popen(
            [program(arguments[0]), *arguments[1:]],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=partial(die_with, os.getpid()),  # where the parent's kill reaches us alone
        )
        assert self._process.stdout and self._process.stderr  # noqa: S101 - we asked for the pipes
        self.out: IO[bytes] = self._process.stdout
        cpu = max(1, round(budget.cpu))
        resource.prlimit(self._process.pid, resource.RLIMIT_CPU, (cpu, cpu + 5))
        self._timer = threading.Timer(budget.wall, self._too_late)
        self._timer.start()
        self._listener = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()

    def wait(self) -> None:
        """Wait for its end. Raises Refused where the file is at fault, MemoryError, and RuntimeError where we are."""
        code = self._process.wait()
        self._timer.cancel()
        self._listener.join()
        self.out.close()
        if code != 0:
            self._blame(code)

    def kill(self) -> None:
        """End it, now."""
        self._timer.cancel()
        self._process.kill()  # it ignores SIGTERM, as the child does
        self._process.wait()

    def _blame(self, code: int) -> None:
        text = "\n".join(self.said)
        if self.late or code == -signal.SIGXCPU:
            raise Refused("This video takes too long to convert.", "Export it shorter, smaller or simpler.")
        if code == -signal.SIGXFSZ:
            raise Refused("What is made of this video becomes too large.", "Export it shorter or smaller.")
        if code < 0:  # it crashed: let the child end just so, and have the second try that a crash has
            os.kill(os.getpid(), -code)
        if NO_MEMORY in text:
            raise MemoryError(text[-LINE_KEPT:])
        if any(words in text for words in OURS):
            raise RuntimeError(f"ffmpeg ended with {code}:\n{text[-4000:]}")
        log.warning("ffmpeg ended with %d:\n%s", code, text[-2000:])
        raise Refused("The video cannot be decoded.", CURE)

    def _too_late(self) -> None:
        self.late = True
        self._process.kill()

    def _listen(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in iter(lambda: pipe.readline(4096), b""):
                text = line.decode(errors="replace").rstrip()
                self.said.append(text[:LINE_KEPT])
                if found := SIZE.search(text):
                    self.sizes.add((found[1], found[2]))


def convert(arguments: Sequence[str], folder: Path, budget: Budget, seconds: float) -> Iterator[Progress]:
    """Run an ffmpeg that makes `seconds` of output; yields how far it is, at least every second."""
    run = Run(arguments, folder, budget)
    started = time.monotonic()
    try:
        for line in run.out:
            key, _, value = line.decode(errors="replace").strip().partition("=")
            if key == "out_time_us" and value.lstrip("-").isdigit() and seconds > 0:
                share = min(max(int(value) / 1e6 / seconds, 0.0), 1.0)
                spent = time.monotonic() - started
                yield Progress(round(share, 4), round(spent / share * (1 - share), 1) if share > 0.01 else None)
        run.wait()
    except GeneratorExit:
        run.kill()
        raise
    if len(run.sizes) > 1:
        raise changed(run.sizes)


def changed(sizes: Iterable[tuple[object, object]]) -> Refused:
    """The refusal of a video whose frames have these sizes. Decoders and encoders have had holes just there."""
    told = ", ".join(f"{width} x {height}" for width, height in list(sizes)[:3])
    return Refused(f"The video changes its frame size in mid-stream ({told}).", CURE)


def capture(arguments: Sequence[str], folder: Path, budget: Budget, most: int = MOST_SAID) -> tuple[bytes, list[str]]:
    """Run a program to its end: its standard output (up to `most` bytes) and the end of its standard error."""
    run = Run(arguments, folder, budget)
    said = run.out.read(most)
    if run.out.read(1):
        run.kill()
        raise Refused("The video's header says more than we can hold.", CURE)
    run.wait()
    return said, list(run.said)


def probe_header(path: Path, demuxer: str) -> str:
    """ffprobe's JSON of the streams and the container. Raises Refused for what it cannot open."""
    said, _ = capture([*_probe(demuxer), "-show_entries", COLUMNS, path.name], path.parent, PROBE_BUDGET)
    return said.decode(errors="replace")


def probe_frames(path: Path, demuxer: str, stream: int) -> set[tuple[int, int]]:
    """The sizes of all key frames, as decoded; and nothing of the stream may be missing. Raises Refused."""
    entries = "frame=width,height:stream=nb_frames,nb_read_packets"
    arguments = [*_probe(demuxer), "-skip_frame", "nokey", "-count_packets", "-select_streams", str(stream)]
    said, _ = capture([*arguments, "-show_entries", entries, path.name], path.parent, PROBE_BUDGET)
    told = json.loads(said)
    for one in told.get("streams") or []:
        declared, read = int(one.get("nb_frames") or 0), int(one.get("nb_read_packets") or 0)
        share = missing(path) if demuxer == "avi" else 1 - read / declared if declared else 0.0
        if share > MAY_LACK:
            raise Refused(f"The video is cut off: {round(100 * share)} % of it is missing.", "Copy or export it again.")
    return {(int(f["width"]), int(f["height"])) for f in told.get("frames") or [] if "width" in f and "height" in f}


def _probe(demuxer: str) -> list[str]:
    options = input_options(demuxer)
    named = [word for key, value in options.items() if key != "format" for word in (f"-{key}", value)]
    return [FFPROBE, "-v", "error", "-of", "json", "-f", options["format"], *named]


def program(name: str) -> str:
    """Its path. Raises RuntimeError where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"there is no {name} on this machine: apt-get install ffmpeg")
    return found
