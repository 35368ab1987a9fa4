"""Where a film's shots begin and end, and which parts of it are black or stand still: told from ffmpeg's own measures.

Pure: lines of its `metadata` filter in, seconds out.
"""

from bisect import bisect, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

CUT = 0.3
"""ffmpeg's scene score from which on a frame begins another shot: within a shot scores stay under 0.1 as a rule."""
LEAST_S = 0.5
"""No shot and no black part is shorter."""
FROZEN_S = 1.0
BLACK, FROZEN = "lavfi.black_", "lavfi.freezedetect.freeze_"

Part = tuple[float, float]
"""Begin and end, in seconds."""


@dataclass(frozen=True)
class Cuts:
    """Parts of a film, each kind in order of time. What is black is no shot, and is not told as frozen again."""

    shots: tuple[Part, ...]
    black: tuple[Part, ...]
    frozen: tuple[Part, ...]


def cuts(lines: Iterable[str], seconds: float) -> Cuts:
    """lines: what `metadata=print` wrote of every frame; seconds: the film's length."""
    marks = list(_marks(lines))
    black = [part for part in _between(marks, BLACK, seconds) if _length(part) >= LEAST_S]
    still = [part for part in _between(marks, FROZEN, seconds) if _length(part) >= FROZEN_S - 0.1]
    frozen = [part for part in still if not _is_within(sum(part) / 2, black)]
    scored = [at for at, key, value in marks if key == "lavfi.scene_score" and value >= CUT]
    return Cuts(tuple(_shots(scored, black, seconds)), tuple(black), tuple(frozen))


def longest(parts: Sequence[Part], most: int) -> list[Part]:
    """The longest of them, in order of time."""
    return sorted(sorted(parts, key=lambda part: (-_length(part), part))[:most])


def _shots(scored: Iterable[float], black: Sequence[Part], seconds: float) -> Iterator[Part]:
    """Between cuts, ends of black parts, and the film's own; a cut that comes too soon after another border is none."""
    borders = sorted({0.0, seconds, *(side for part in black for side in part)})
    for at in scored:
        place = bisect(borders, at)
        if 0 < place < len(borders) and min(at - borders[place - 1], borders[place] - at) >= LEAST_S:
            insort(borders, at)
    for part in pairwise(borders):
        if not _is_within(sum(part) / 2, black) and (_length(part) >= LEAST_S or len(borders) == 2):
            yield part


def _between(marks: Iterable[tuple[float, str, float]], name: str, seconds: float) -> Iterator[Part]:
    """What begins at `<name>start` and ends at `<name>end`, or with the film."""
    begun: float | None = None
    for _, key, value in marks:
        if key == f"{name}start":
            begun = value
        elif key == f"{name}end" and begun is not None:
            yield begun, min(value, seconds)
            begun = None
    if begun is not None:
        yield begun, seconds


def _marks(lines: Iterable[str]) -> Iterator[tuple[float, str, float]]:
    """(second of the frame, key, value)."""
    at = 0.0
    for line in lines:
        if line.startswith("frame:"):
            at = _number(line.rpartition("pts_time:")[2], at)
        else:
            key, _, value = line.strip().partition("=")
            yield at, key, _number(value, 0.0)


def _number(text: str, otherwise: float) -> float:
    """ffmpeg writes words where it knows no time."""
    try:
        value = round(float(text), 3)
    except ValueError:
        return otherwise
    return value if 0 <= value < 1e6 else otherwise


def _length(part: Part) -> float:
    return part[1] - part[0]


def _is_within(at: float, parts: Sequence[Part]) -> bool:
    """parts: in order, none over another."""
    place = bisect(parts, (at, float("inf"))) - 1
    return place >= 0 and at < parts[place][1]
