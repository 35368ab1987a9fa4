"""Ways to look at the same place once more: larger, sharper. Hard photographs need several; easy ones none."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
import pyvips
import zxingcpp
from numpy.typing import NDArray

from services.tagger.codes_seem import Place

MARGIN = 0.3  # of the place, around it: bars at its ends are often not seen as such
READ_ASLANT = 15.0  # degrees that the reader takes as they are; turning blurs
WIDEST = 1200  # pixels of a place that is looked at
LARGEST = 2_500_000  # pixels of it enlarged
FORMATS = ("EANUPC", "ITF14", "Code128", "DataBar", "QRCodeModel2", "DataMatrix")
Quad = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the picture."""


@dataclass(frozen=True)
class Pass:
    """scale: of the place; sigma, weight: of an unsharp mask, which undoes blur of about that many pixels."""

    scale: float
    sigma: float = 0.0
    weight: float = 0.0


PASSES = (
    Pass(1), Pass(2), Pass(2, 3, 2), Pass(1, 2, 1.5), Pass(1.5, 4, 3), Pass(2, 4, 3), Pass(1.5, 3, 2), Pass(3, 4, 3),
    Pass(1, 3, 2), Pass(2, 2, 1.5), Pass(1.5, 2, 1.5), Pass(3, 3, 2), Pass(1, 1, 2), Pass(1, 4, 3),
)  # fmt: skip
"""In the order of how often they read what those before did not (docs/models.md)."""


@dataclass(frozen=True)
class Reading:
    """One code as the reader gives it, and its corners as pixels of what was read."""

    format: str
    text: str
    symbology: str
    quad: Quad


@dataclass(frozen=True)
class Cut:
    """A place cut out and turned. left, top, width, height: of what was cut, in pixels of the whole `of`."""

    picture: pyvips.Image
    left: int
    top: int
    width: int
    height: int
    angle: float
    of: tuple[int, int]

    @classmethod
    def all_of(cls, picture: pyvips.Image) -> "Cut":
        """A picture as it is."""
        return cls(picture, 0, 0, picture.width, picture.height, 0.0, (picture.width, picture.height))

    def box(self, quad: Quad, scale: float) -> Box:
        """Where in the whole picture the corners are that were seen in the cut, `scale` times as large."""
        shrunk = self._turned_width() / self.picture.width / scale
        turn, middle = radians(self.angle), (self.left + self.width / 2, self.top + self.height / 2)
        xs, ys = [], []
        for x, y in quad:
            right, down = (x - self.picture.width * scale / 2) * shrunk, (y - self.picture.height * scale / 2) * shrunk
            xs.append((middle[0] + right * cos(turn) + down * sin(turn)) / self.of[0])
            ys.append((middle[1] - right * sin(turn) + down * cos(turn)) / self.of[1])
        return min(xs), min(ys), max(xs), max(ys)

    def _turned_width(self) -> float:
        turn = radians(self.angle)
        return self.width * abs(cos(turn)) + self.height * abs(sin(turn))


def read(grey: pyvips.Image, *, whole: bool = False) -> list[Reading]:
    """8-bit, one band. whole: a picture at large, which is looked at in smaller sizes and as a negative too."""
    pixels: NDArray[np.uint8] = grey.numpy().reshape(grey.height, grey.width)
    found = zxingcpp.read_barcodes(
        pixels,
        formats=zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in FORMATS]),
        text_mode=zxingcpp.TextMode.Plain,
        try_downscale=whole,
        try_invert=whole,
    )
    return [Reading(str(one.format), one.text, one.symbology_identifier, _quad(one)) for one in found]


def upright(picture: pyvips.Image, place: Place) -> Cut:
    """The place with a margin, turned so that its bars stand upright."""
    margin = MARGIN * max(place.width * picture.width, place.height * picture.height)
    left, top = max(0, int(place.left * picture.width - margin)), max(0, int(place.top * picture.height - margin))
    right = min(picture.width, int((place.left + place.width) * picture.width + margin) + 1)
    bottom = min(picture.height, int((place.top + place.height) * picture.height + margin) + 1)
    angle = place.angle if abs(place.angle) > READ_ASLANT else 0.0
    cut = _shrunk(picture.crop(left, top, right - left, bottom - top), angle)
    if angle:
        cut = cut.similarity(angle=angle, background=[255], interpolate=pyvips.Interpolate.new("bicubic"))
    return Cut(cut.copy_memory(), left, top, right - left, bottom - top, angle, (picture.width, picture.height))


def _shrunk(cut: pyvips.Image, angle: float) -> pyvips.Image:
    """So that it has at most WIDEST pixels a side once it is turned; before it is: turning is the dear part."""
    across, along = abs(cos(radians(angle))), abs(sin(radians(angle)))
    longest = max(cut.width * across + cut.height * along, cut.width * along + cut.height * across)
    return cut.resize(WIDEST / longest) if longest > WIDEST else cut


def ways(cut: pyvips.Image) -> Iterator[tuple[Pass, int]]:
    """All that are worth it, and the pixels that each looks at."""
    for one in PASSES:
        pixels = round(cut.width * one.scale) * round(cut.height * one.scale)
        if one.scale == 1 or pixels <= LARGEST:
            yield one, pixels


def seen(cut: pyvips.Image, way: Pass) -> pyvips.Image:
    """The place in one of them."""
    sized = cut if way.scale == 1 else cut.resize(way.scale, kernel="cubic").copy_memory()
    if not way.weight:
        return sized
    return (sized * (1 + way.weight) - sized.gaussblur(way.sigma) * way.weight).cast("uchar").copy_memory()


def _quad(one: zxingcpp.Barcode) -> Quad:
    corners = ("top_left", "top_right", "bottom_right", "bottom_left")
    return tuple((float(getattr(one.position, c).x), float(getattr(one.position, c).y)) for c in corners)
