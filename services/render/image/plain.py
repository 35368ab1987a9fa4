"""What a plain JPEG of an output's size would weigh, told from two samples of the picture.

Bytes a pixel change with size by a power that is the picture's own, and with quality by much the same factor for all:
two sizes tell the rest. An estimate (within a fifth for most), at a cost of two milliseconds a file.
"""

import math

import pyvips

from services.render.image.geometry import Frame
from services.render.image.picture import Source
from services.render.image.steps.resize import level
from services.render.recipe import Recipe

ALIKE = 82  # looks like WebP 80; what other formats are compared with
GROWTH = 0.06  # of the logarithm of a JPEG's bytes, a step of quality between 75 and 90
HEADER = 620  # bytes of a JPEG's tables
SMALL = 320  # pixels: longer side of the smaller sample
STRIP = 16  # rows: whole blocks, colour included
ENOUGH = 60_000  # pixels of a sample


class PlainJpeg:
    """Estimates for one decoded source."""

    def __init__(self, source: Source) -> None:
        longest = max(source.width, source.height)
        large = max(source.pixels.width, source.pixels.height) / longest
        # One size needs no second sample: it would have to be made for it.
        self._scale = small = min(large, SMALL / longest) if len(source.recipes) > 1 else large
        thumbnail = level(source, max(1, round(source.width * small)), max(1, round(source.height * small)))
        self._bytes = _bytes_per_pixel(thumbnail)
        self._power = 0.0
        if large > 1.5 * small:
            self._power = math.log(_bytes_per_pixel(source.pixels) / self._bytes) / math.log(large / small)

    def bytes(self, recipe: Recipe, frame: Frame) -> int | None:
        """Of that output's picture, at its own quality where it is a JPEG; None for formats that lose nothing.

        An even canvas around it weighs next to nothing.
        """
        if recipe.quality is None and recipe.target is None:
            return None
        quality = recipe.quality if recipe.format == "jpeg" and recipe.quality else ALIKE
        each: float = self._bytes * (frame.scale / self._scale) ** self._power * math.exp(GROWTH * (quality - ALIKE))
        return round(HEADER + each * frame.width * frame.height)


def _bytes_per_pixel(image: pyvips.Image) -> float:
    """Of full-width strips, evenly spread: every part of the picture has its say."""
    count = max(1, min(image.height // STRIP, math.ceil(ENOUGH / (image.width * STRIP))))
    height = min(STRIP, image.height)
    tops = [int((2 * number + 1) * (image.height - height) / (2 * count)) for number in range(count)]
    part = pyvips.Image.arrayjoin([image.crop(0, top, image.width, height) for top in tops], across=1)
    if part.hasalpha():
        part = part.flatten(background=[255, 255, 255])
    body = bytes(part.jpegsave_buffer(Q=ALIKE, keep="none"))
    per_pixel: float = max(1, len(body) - HEADER) / (part.width * part.height)
    return per_pixel
