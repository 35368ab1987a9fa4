"""From one original to all its renditions: the steps, in the order they run. Each is one small function in `steps/`."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.render.image.decoders.patience import at_most, patience
from services.render.image.limits import Header
from services.render.image.picture import Output, Source
from services.render.image.plain import PlainJpeg
from services.render.image.steps.canvas import DRAWN, pad
from services.render.image.steps.colour import to_srgb
from services.render.image.steps.cut import say_what_is_cut
from services.render.image.steps.decode import decode_once
from services.render.image.steps.encode import encode
from services.render.image.steps.flatten import flatten
from services.render.image.steps.layout import lay_out
from services.render.image.steps.look import look
from services.render.image.steps.margin import measure_margin
from services.render.image.steps.metadata import strip
from services.render.image.steps.moving import move
from services.render.image.steps.open import check, open_source
from services.render.image.steps.orient import upright
from services.render.image.steps.outline import keep_paths
from services.render.image.steps.press import by_own_colours, for_press, to_inks
from services.render.image.steps.resize import resize
from services.render.image.steps.sharpen import sharpen
from services.render.image.steps.whiten import whiten
from services.render.image.steps.window import say_what_is_shown
from services.render.recipe import Recipe

# Once a file, its header and then its pixels. What goes wrong here is the file's fault: Refused.
HEADER_STEPS: tuple[Callable[[Source], None], ...] = (
    open_source,
    check,
    lay_out,
)
SOURCE_STEPS: tuple[Callable[[Source], None], ...] = (
    decode_once,
    upright,
    to_srgb,
    strip,
    look,
)
# Once a recipe, on pixels in memory. What goes wrong here is ours.
OUTPUT_STEPS: tuple[Callable[[Source, Output], None], ...] = (
    resize,
    flatten,
    whiten,
    sharpen,
    measure_margin,
    pad,
    say_what_is_cut,
    say_what_is_shown,
    to_inks,
    keep_paths,
    encode,
)


@dataclass(frozen=True)
class Made:
    """One rendition: its bytes, its size in pixels, its SHA-256, and the milliseconds of clock that it took.

    quality: of the encoder's scale. measure: likeness that was reached, where it was looked for. plain: bytes of a
    plain JPEG of its size, about. extra: what else the facet says of it.
    """

    recipe: Recipe
    encoded: bytes
    width: int
    height: int
    sha256: str
    ms: float
    quality: int | None = None
    measure: float | None = None
    plain: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def prepare(path: Path, recipes: list[Recipe], source: Source | None = None) -> Source:
    """Run the steps that are done once a file, in bounded CPU time. Raises Refused for bytes that we do not take.

    source: one that is opened already (a page of a document).
    """
    source = source or Source(path, recipes)
    with at_most(patience(path)):
        for step in HEADER_STEPS:
            step(source)
    with at_most(patience(path, pixels=decoded_once(source.checked))):
        for step in SOURCE_STEPS:
            step(source)
    return source


def decoded_once(header: Header) -> int:
    """Pixels that cost what pixels cost. A drawing or a progressive JPEG goes over each as often as it likes: none."""
    return 0 if header.interlaced or header.format in DRAWN else header.width * header.height


def stills(source: Source) -> list[Recipe]:
    """Recipes of what moves, where the source does not: `make` leaves them out."""
    moves = source.opened is not None and source.opened.animation is not None
    return [recipe for recipe in source.recipes if recipe.animated and not moves]


def make(source: Source) -> Iterator[Made]:
    """Run the other steps for each recipe, in the order of the recipes; each is done when it is yielded."""
    weighed, native = PlainJpeg(source), for_press(source)
    for recipe, frame in zip(source.recipes, source.frames, strict=True):
        started = time.perf_counter()
        output = Output(recipe, frame)
        film = source.opened.animation if source.opened is not None else None
        if recipe.animated and film is None:
            continue  # nothing of it moves: `stills` tells which these are
        if recipe.animated and film is not None:
            move(source, output, film)
        else:
            pixels = native if by_own_colours(source, output) else source
            for step in OUTPUT_STEPS:
                step(pixels, output)
            for note in source.opened.notes if source.opened is not None else ():
                output.note(note)
        yield Made(
            recipe=recipe,
            encoded=output.encoded,
            width=output.pixels.width,
            height=output.pixels.height,
            sha256=hashlib.sha256(output.encoded).hexdigest(),
            ms=(time.perf_counter() - started) * 1000,
            quality=output.quality,
            measure=output.measure,
            plain=weighed.bytes(output),
            extra=output.extra,
        )
