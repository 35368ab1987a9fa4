"""Decode: the only time that the file's pixels are read, straight into a picture no larger than the largest output."""

import pyvips

from services.render.image.completeness import forget_warnings, refuse_if_cut, strictness_for, warnings
from services.render.image.loaders import FailOn, load
from services.render.image.picture import Source
from services.render.image.steps.resize import shrink


def decode_once(source: Source) -> None:
    """Fill `source.image` with pixels in memory, still turned and coloured as in the file.

    The file streams through the reduction, so a 100 MP original never lies in memory as a whole.
    """
    forget_warnings()
    try:
        source.image = _decode(source, "truncated")
        said = warnings()
    except pyvips.Error as error:
        fail_on = strictness_for(source.path, source.kind, error)
        try:
            source.image = _decode(source, fail_on)
        except pyvips.Error:
            raise error from None
        return
    refuse_if_cut(source.path, source.kind, source.pixels, said)


def _decode(source: Source, fail_on: FailOn) -> pyvips.Image:
    header = source.checked
    scale = max(frame.scale for frame in source.frames)
    width, height = max(1, round(header.width * scale)), max(1, round(header.height * scale))
    image = load(source.path, source.kind, fail_on=fail_on)
    return shrink(_even_bands(image), width, height).copy_memory()


def _even_bands(image: pyvips.Image) -> pyvips.Image:
    """Float and complex pixels and odd interpretations come from scientific files; show what can be shown."""
    return image.cast("uchar") if image.format in ("complex", "dpcomplex", "char") else image
