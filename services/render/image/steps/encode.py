"""Encode: one file's bytes, at the recipe's quality or at the one that reaches its target."""

from services.render.image.picture import Output, Source
from services.render.image.steps.codecs import decoded, encoded
from services.render.image.steps.likeness import likeness, sample
from services.render.image.steps.quality import keep_under, reach

NO_MATTER = 100  # formats that lose nothing
UNMARKED = ("gif",)  # formats that have no place for how a picture was made
LOSSY = ("jpeg", "webp", "avif", "heic")  # each needs fewer bytes than the one before


def encode(source: Source, output: Output) -> None:
    """Fill `output.encoded`."""
    keep, recipe = source.keep, output.recipe
    target = recipe.target
    output.quality = recipe.quality if target is None else reach(output.pixels, recipe, target)
    quality = output.quality or NO_MATTER
    output.encoded = encoded(output.pixels, recipe, quality, keep)
    if recipe.format in LOSSY:
        own = _own_bytes(source, output)
        output.image, output.quality, output.encoded = keep_under(
            output.pixels, recipe, quality, output.encoded, keep, own
        )
    say_origin(source, output)
    if target is not None:  # told of the file itself: the search looked at a part, and made it faster
        output.measure = likeness(sample(output.pixels), sample(decoded(output.encoded, recipe)))


def say_origin(source: Source, output: Output) -> None:
    """What the file says of a machine's making; see `runtime/origin.py`."""
    if source.origin and output.recipe.format not in UNMARKED:
        output.extra = {**output.extra, "origin": source.origin}


def _own_bytes(source: Source, output: Output) -> int | None:
    """Bytes of the original, where the recipe's format can show all of it with as many: with no sheet around it."""
    own, frame = source.checked.format, output.frame
    if own not in LOSSY or LOSSY.index(own) > LOSSY.index(output.recipe.format):
        return None
    return source.path.stat().st_size if frame.canvas == (frame.width, frame.height) else None
