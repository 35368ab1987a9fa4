"""Where to crop a video: one still window for all of it, where the eye goes in most of its pictures.

Some pictures are sampled over the whole length. On a plain background the subject is what stands out from it, and all
of it counts; elsewhere libvips says where the eye goes. The window stands at the middle one of these places, so that
one odd picture moves nothing. Where the places are too far apart, or the subjects too large, for any window of that
shape, there is no crop that keeps the subject, and the caller pads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import pyvips

from services.render.facts import Focal
from services.render.image.steps.ground import ground_of, product_box
from services.render.video.geometry import Window, share_to_keep

SMALL = 320  # pixels: the longer side of a sampled picture
THING = 0.5  # of the shorter side: the size of thing that is looked for
MARGIN = 0.05  # of the window: what lies nearer to its edge is not kept
KEPT = 0.75  # share of the pictures whose place must lie within
LOOSE = 0.01  # of the picture: so far a subject may stand over, for boxes are no more exact

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Place:
    """Where the eye goes, as shares of width and height.

    subject: all that stands out from a plain background, and `ground` its colour; None where there is none.
    """

    x: float
    y: float
    subject: Window | None = None
    ground: Colour | None = None


def attention(image: pyvips.Image) -> Place | None:
    """Of one small RGB picture; None where it is empty: a plain colour and nothing on it."""
    ground = ground_of(image)
    if ground is not None:
        box = product_box(image, ground)
        if box is None:
            return None
        wide, high = image.width, image.height
        subject = Window(box.left / wide, box.top / high, box.width / wide, box.height / high)
        return Place(box.centre[0] / wide, box.centre[1] / high, subject, ground.colour)
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
    x, y = middle(places)
    left, top = _start(x, across), _start(y, down)
    kept = sum(_keeps(Window(left, top, across, down), place) for place in places)
    return Window(left, top, across, down) if kept >= KEPT * len(places) else None


def middle(places: Sequence[Place]) -> tuple[float, float]:
    """Where the eye goes in most of some pictures: one at least."""
    return median(place.x for place in places), median(place.y for place in places)


def ground(places: Sequence[Place]) -> Colour | None:
    """The colour of the plain background that most pictures have."""
    colours = [place.ground for place in places if place.ground is not None]
    if not colours or len(colours) < KEPT * len(places):
        return None
    red, green, blue = (round(median(band)) for band in zip(*colours, strict=True))
    return red, green, blue


def _keeps(window: Window, place: Place) -> bool:
    if (all_of := place.subject) is None:
        return _within(place.x, window.left, window.width) and _within(place.y, window.top, window.height)
    return (
        all_of.left >= window.left - LOOSE
        and all_of.top >= window.top - LOOSE
        and all_of.left + all_of.width <= window.left + window.width + LOOSE
        and all_of.top + all_of.height <= window.top + window.height + LOOSE
    )


def _within(at: float, start: float, length: float) -> bool:
    margin = MARGIN * length if length < 1 else 0.0
    return start + margin <= at <= start + length - margin or (start == 0 and at <= margin) or at >= 1 - margin >= start


def _start(middle: float, length: float) -> float:
    return min(max(middle - length / 2, 0.0), 1.0 - length)


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
