"""How many files reached each stage in each minute of a run. Pure, but for asking the follower."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.load.follow import Follower
from bench.load.putting import Timed
from runtime.states import FIRST_WAVE

MINUTE_S = 60.0


@dataclass(frozen=True)
class Pace:
    """When files were taken in, had their thumbnail and were ready: seconds since the epoch, of those that were."""

    files: int
    taken: Sequence[float]
    thumbnails: Sequence[float]
    ready: Sequence[float]

    @staticmethod
    def of(follower: Follower, files: Sequence[Timed]) -> "Pace":
        """What is known by now."""
        found = [version for one in files if (version := follower.version(*one.name))]
        taken = [version.times["file"] for version in found if "file" in version.times]
        thumbs = [at for version in found if (at := version.thumbnail_at) is not None]
        whole = [version.times for version in found if version.times.keys() >= set(FIRST_WAVE)]
        return Pace(len(files), taken, thumbs, [max(times[name] for name in FIRST_WAVE) for times in whole])


def by_minute(times: Iterable[float], began: float, ended: float) -> list[int]:
    """How many in each whole minute."""
    counts = [0] * int((ended - began) // MINUTE_S)
    for at in times:
        minute = int((at - began) // MINUTE_S)
        if 0 <= minute < len(counts):
            counts[minute] += 1
    return counts


def told(pace: Pace, began: float, ended: float) -> str:
    """For people."""
    lines = [f"{'by minute':22}" + "".join(f"{n + 1:>7}" for n in range(int((ended - began) // MINUTE_S)))]
    for name, times in (("taken in", pace.taken), ("thumbnail", pace.thumbnails), ("ready", pace.ready)):
        counts = "".join(f"{count:>7}" for count in by_minute(times, began, ended))
        lines.append(f"{name:22}{counts}   {len(times)} of {pace.files}")
    return "\n".join(lines)
