"""From one original to all its renditions: the steps, in the order they run. Each is one small function in `steps/`."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.render.image.picture import Output, Source
from services.render.image.steps.attention import find_attention
from services.render.image.steps.canvas import pad
from services.render.image.steps.colour import to_srgb
from services.render.image.steps.decode import decode_once
from services.render.image.steps.encode import encode
from services.render.image.steps.flatten import flatten
from services.render.image.steps.layout import lay_out
from services.render.image.steps.metadata import strip
from services.render.image.steps.open import check, open_source
from services.render.image.steps.orient import upright
from services.render.image.steps.resize import resize
from services.render.image.steps.sharpen import sharpen
from services.render.recipe import Recipe

# Once a file. What goes wrong here is the file's fault: Refused.
SOURCE_STEPS: tuple[Callable[[Source], None], ...] = (
    open_source,
    check,
    lay_out,
    decode_once,
    upright,
    to_srgb,
    strip,
    find_attention,
)
# Once a recipe, on pixels in memory. What goes wrong here is ours.
OUTPUT_STEPS: tuple[Callable[[Source, Output], None], ...] = (
    resize,
    flatten,
    sharpen,
    pad,
    encode,
)


@dataclass(frozen=True)
class Made:
    """One rendition: its bytes, its size in pixels, its SHA-256, and the milliseconds of clock that it took."""

    recipe: Recipe
    encoded: bytes
    width: int
    height: int
    sha256: str
    ms: float


def prepare(path: Path, recipes: list[Recipe]) -> Source:
    """Run the steps that are done once a file. Raises Refused for bytes that we do not take."""
    source = Source(path, recipes)
    for step in SOURCE_STEPS:
        step(source)
    return source


def make(source: Source) -> Iterator[Made]:
    """Run the other steps for each recipe, in the order of the recipes; each is done when it is yielded."""
    for recipe, frame in zip(source.recipes, source.frames, strict=True):
        started = time.perf_counter()
        output = Output(recipe, frame)
        for step in OUTPUT_STEPS:
            step(source, output)
        yield Made(
            recipe=recipe,
            encoded=output.encoded,
            width=output.pixels.width,
            height=output.pixels.height,
            sha256=hashlib.sha256(output.encoded).hexdigest(),
            ms=(time.perf_counter() - started) * 1000,
        )
