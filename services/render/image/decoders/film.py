"""An animation, frame by frame, with one frame in memory however long it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyvips

from services.render.image.decoders.memory import from_memory
from services.render.image.loaders import load

# Browsers show frames that ask for less than 20 ms for 100 ms; so do we, in all that is made of them.
TOO_FAST, INSTEAD = 20, 100


@dataclass(frozen=True)
class Film:
    """An animated GIF or WebP: frames: how many; delays: milliseconds each is shown; loop: how
    often it plays, 0 for ever."""

    path: Path
    kind: str
    frames: int
    delays: tuple[int, ...]
    loop: int

    def pages(self) -> Iterator[pyvips.Image]:
        """Each frame as it is seen (what it leaves of the one before is filled in), from the first to the last."""
        roll = load(self.path, self.kind, all_frames=True)
        height = roll.height // self.frames
        region = pyvips.Region.new(roll)
        for number in range(self.frames):
            pixels = region.fetch(0, number * height, roll.width, height)
            yield from_memory(pixels, roll.width, height, roll.bands)


def film(path: Path, kind: str, first: pyvips.Image) -> Film:
    """What the header says of an animation; `first` is the opened file."""
    frames = int(first.get("n-pages"))
    said = [int(delay) for delay in first.get("delay")] if first.get_typeof("delay") else []
    delays = [delay if delay >= TOO_FAST else INSTEAD for delay in said[:frames]]
    loop = int(first.get("loop")) if first.get_typeof("loop") else 0
    return Film(path, kind, frames, tuple(delays + [INSTEAD] * (frames - len(delays))), loop)
