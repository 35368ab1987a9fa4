"""Sizes and windows of outputs. Nothing is enlarged, and H.264 wants even sides."""

from dataclasses import dataclass

from services.render.video.rungs import Hls, Mp4, Step

FIT_OWN = 1.15
"""A ladder gets the video's own size as its top when that is so much above the highest step that fits."""


@dataclass(frozen=True)
class Window:
    """The part of the upright picture that is used, as shares of its width and height."""

    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0


@dataclass(frozen=True)
class Frame:
    """One output: the window of the source, its size in pixels, and the canvas it lies on (None: no canvas).

    colour: the canvas', "#rrggbb".
    """

    window: Window
    width: int
    height: int
    canvas: tuple[int, int] | None = None
    colour: str = "#000000"

    @property
    def size(self) -> tuple[int, int]:
        """What the file's header says."""
        return self.canvas or (self.width, self.height)


def box(rung: Mp4, width: int, height: int) -> tuple[int, int]:
    """The rung's box for a video of that size: turned where it may be and the video stands upright."""
    turn = rung.turned and (height > width) != (rung.height > rung.width)
    return (rung.height, rung.width) if turn else (rung.width, rung.height)


def fit(width: int, height: int, most_wide: int, most_high: int) -> tuple[int, int]:
    """The largest even size of the same shape within the box, and not over the source."""
    scale = min(1.0, most_wide / width, most_high / height)
    return even(width * scale), even(height * scale)


def share_to_keep(width: int, height: int, wide: int, high: int) -> tuple[float, float]:
    """Shares of width and height that a window in the shape `wide` : `high` leaves."""
    own, wanted = width / height, wide / high
    return (wanted / own, 1.0) if own > wanted else (1.0, own / wanted)


def fill(width: int, height: int, wide: int, high: int, window: Window) -> Frame:
    """The window, scaled down to the box; its shape is exactly the box's."""
    scale = min(1.0, width * window.width / wide, height * window.height / high)
    return Frame(window, even(wide * scale), even(high * scale))


def pad(width: int, height: int, wide: int, high: int) -> Frame:
    """The whole picture on a canvas of exactly the box."""
    return Frame(Window(), *fit(width, height, wide, high), canvas=(wide, high))


def ladder(rung: Hls, width: int, height: int) -> list[tuple[Step, int, int]]:
    """The steps that are not above the video, highest first, each with its size; its own size where none fits well."""
    short = min(width, height)
    steps = [step for step in rung.ladder if step.height <= short]
    if short < rung.ladder[0].height and (not steps or short > steps[0].height * FIT_OWN):
        above = [step for step in rung.ladder if step.height > short][-1]
        steps.insert(0, Step(height=max(16, even(short)), kbit=above.kbit))
    return [(step, even(width * step.height / short), even(height * step.height / short)) for step in steps]


def even(side: float) -> int:
    """The largest even number that is not above `side`, and at least 2."""
    return max(2, int(side + 0.01) // 2 * 2)
