"""Decode: the only time that the file's pixels are read, straight into a picture no larger than the largest output."""

import pyvips

from services.render.image.decoders.memory import sound
from services.render.image.picture import Source
from services.render.image.steps.resize import shrink

# What remains to be resized at least where a decoder itself makes the picture smaller: without it edges would be harder
# than they are.
FINER = 1.2


def decode_once(source: Source) -> None:
    """Fill `source.image` with pixels in memory, still turned and coloured as in the file.

    Most files stream through the reduction, so a 100 MP original never lies in memory as a whole.
    """
    if source.opened is None:
        raise RuntimeError("the picture is not opened yet")
    header = source.checked
    scale = max((frame.scale for frame in source.frames), default=1.0)
    width, height = max(1, round(header.width * scale)), max(1, round(header.height * scale))

    def reduced(image: pyvips.Image) -> pyvips.Image:
        return shrink(image, width, height).copy_memory()

    times = 1 / (scale * FINER)
    if source.opened.coarse is not None and times > 1:
        source.image = source.opened.coarse(reduced, times)
    else:
        source.image = source.opened.read(reduced)
    if source.profile is None and source.image.get_typeof("icc-profile-data"):
        source.profile = sound(source.image.get("icc-profile-data"))  # of a format that tells it with the pixels only
