"""Where to crop a video: one still window for all of it, where the eye goes in most of its pictures.

Some pictures are sampled over the whole length; libvips says for each where the eye goes. The window stands at the
middle one of these places, so that one odd picture moves nothing. Where the places are too far apart for any window of
that shape, there is no crop that keeps the subject, and the caller pads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import pyvips

from services.render.facts import Focal
from services.render.video.geometry import Window, share_to_keep

SMALL = 320  # pixels: the longer side of a sampled picture
THING = 0.5  # of the shorter side: the size of thing that is looked for
MARGIN = 0.05  # of the window: what lies nearer to its edge is not kept
KEPT = 0.75  # share of the pictures whose place must lie within


@dataclass(frozen=True)
class Place:
    """Where the eye goes, as shares of width and height."""

    x: float
    y: float


def attention(image: pyvips.Image) -> Place:
    """Of one small RGB picture."""
    side = max(1, round(min(image.width, image.height) * THING))
    _crop, found = image.smartcrop(side, side, interesting="attention", attention_x=True, attention_y=True)
    return Place(_share(found["attention_x"] / image.width), _share(found["attention_y"] / image.height))


def window(
    width: int, height: int, wide: int, high: int, places: Sequence[Place], focal: Focal | None = None
) -> Window | None:
    """The window in the shape `wide` : `high`, or None where none keeps what the eye goes to.

    focal: a person's point wins over all places, and never gives None.
    """
    across, down = share_to_keep(width, height, wide, high)
    if focal is not None:
        return Window(_start(focal.x, across), _start(focal.y, down), across, down)
    if not places:
        return Window((1 - across) / 2, (1 - down) / 2, across, down)
    left = _start(median(place.x for place in places), across)
    top = _start(median(place.y for place in places), down)
    kept = sum(_within(p.x, left, across) and _within(p.y, top, down) for p in places)
    return Window(left, top, across, down) if kept >= KEPT * len(places) else None


def _within(at: float, start: float, length: float) -> bool:
    margin = MARGIN * length if length < 1 else 0.0
    return start + margin <= at <= start + length - margin or (start == 0 and at <= margin) or at >= 1 - margin >= start


def _start(middle: float, length: float) -> float:
    return min(max(middle - length / 2, 0.0), 1.0 - length)


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
