"""Moving: an animation stays one: every frame at the output's size, with its delay, for as often as it played."""

import math

import pyvips

from runtime.origin import mark
from services.render.image.decoders.film import Film
from services.render.image.picture import Output, Source
from services.render.image.steps.codecs import encoded
from services.render.image.steps.encode import say_origin
from services.render.image.steps.flatten import rgb
from services.render.image.steps.metadata import KEPT
from services.render.image.steps.resize import shrink

MOST_PIXELS = 60_000_000  # of all frames together: they are encoded as one tall picture in memory
COLOURS = 3


def move(source: Source, output: Output, film: Film) -> None:
    """Fill `output.encoded` from all frames. A long animation is made smaller, never shorter.

    Its copyright, and the mark of a machine's making, go with it where the format has a place: a WebP, not a GIF.
    """
    width, height = _size(output, film.frames)
    pages = [_page(page, output, width, height) for page in film.pages()]
    tall = pyvips.Image.arrayjoin(pages, across=1).copy_memory().copy()
    tall.set_type(pyvips.GValue.gint_type, "page-height", height)
    tall.set_type(pyvips.GValue.array_int_type, "delay", list(film.delays))
    tall.set_type(pyvips.GValue.gint_type, "loop", film.loop)
    for name in KEPT if source.has_copyright else ():
        tall.set_type(pyvips.GValue.gstr_type, name, source.pixels.get(name))
    if source.origin:
        mark(tall, source.origin)
    output.quality = output.recipe.quality
    output.encoded = encoded(tall, output.recipe, output.quality or 0, source.keep)
    output.image = pages[0]
    output.extra = {"frames": film.frames, "seconds": round(sum(film.delays) / 1000, 3)}
    say_origin(source, output)


def _size(output: Output, frames: int) -> tuple[int, int]:
    width, height = output.frame.width, output.frame.height
    less = min(1.0, math.sqrt(MOST_PIXELS / (frames * width * height)))
    return max(1, int(width * less)), max(1, int(height * less))


def _page(page: pyvips.Image, output: Output, width: int, height: int) -> pyvips.Image:
    """One frame, cut and brought to size. RGB or RGBA, as all others of its file."""
    if page.bands < COLOURS:
        page = page.colourspace("srgb")
    page = page.copy(interpretation="srgb")
    box = output.frame.box
    left, top = min(round(box.left), page.width - 1), min(round(box.top), page.height - 1)
    across, down = min(round(box.width), page.width - left), min(round(box.height), page.height - top)
    small = shrink(page.crop(left, top, max(1, across), max(1, down)), width, height)
    if small.hasalpha() and output.recipe.background is not None:
        small = small.flatten(background=rgb(output.recipe.background))
    return small.copy_memory()
