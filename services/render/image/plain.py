"""What a plain JPEG of an output's size would weigh, at hardly any cost.

A JPEG of ours tells by itself: its table and codes save much the same on every picture. For other formats two samples
of the picture tell: bytes a pixel change with size by a power that is the picture's own. Estimates: of JPEGs within a
tenth, of others within a fifth for most.
"""

import math

import pyvips

from services.render.image.geometry import Frame
from services.render.image.picture import Output, Source
from services.render.image.steps.resize import level

ALIKE = 82  # looks like WebP 80; what other formats are compared with
OURS_SAVES = 1.13  # times as heavy is a plain JPEG (57 photographs, three sizes: 1.03 to 1.38, deviation 0.06) …
FINE = 90  # … but from this quality on, where our table is the finer one
HEADER = 620  # bytes of a JPEG's tables
SMALL = 320  # pixels: longer side of the smaller sample
STRIP = 16  # rows: whole blocks, colour included
ENOUGH = 60_000  # pixels of a sample


class PlainJpeg:
    """Estimates for one decoded source. Samples are taken when the first output needs them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._scale = self._bytes = self._power = 0.0

    def bytes(self, output: Output) -> int | None:
        """Of that output's picture, at its own quality where it is a JPEG; None for formats that lose nothing.

        An even canvas around it weighs next to nothing.
        """
        if output.quality is None:
            return None
        if output.recipe.format == "jpeg":
            return round(len(output.encoded) * (OURS_SAVES if output.quality < FINE else 1))
        return self._sampled(output.frame)

    def _sampled(self, frame: Frame) -> int:
        if not self._scale:
            self._sample()
        each: float = self._bytes * (frame.scale / self._scale) ** self._power
        return round(HEADER + each * frame.width * frame.height)

    def _sample(self) -> None:
        source = self._source
        longest = max(source.width, source.height)
        large = max(source.pixels.width, source.pixels.height) / longest
        # One size needs no second sample: it would have to be made for it.
        self._scale = small = min(large, SMALL / longest) if len(source.recipes) > 1 else large
        thumbnail = level(source, max(1, round(source.width * small)), max(1, round(source.height * small)))
        self._bytes = _bytes_per_pixel(thumbnail)
        if large > 1.5 * small:
            self._power = math.log(_bytes_per_pixel(source.pixels) / self._bytes) / math.log(large / small)


def _bytes_per_pixel(image: pyvips.Image) -> float:
    """Of a small picture whole, of a large one full-width strips, evenly spread: every part of it has its say."""
    if image.width * image.height > 2 * ENOUGH:
        count = math.ceil(ENOUGH / (image.width * STRIP))
        height = min(STRIP, image.height)
        tops = [int((2 * number + 1) * (image.height - height) / (2 * count)) for number in range(count)]
        image = pyvips.Image.arrayjoin([image.crop(0, top, image.width, height) for top in tops], across=1)
    if image.hasalpha():
        image = image.flatten(background=[255, 255, 255])
    body = bytes(image.jpegsave_buffer(Q=ALIKE, keep="none"))
    per_pixel: float = max(1, len(body) - HEADER) / (image.width * image.height)
    return per_pixel
