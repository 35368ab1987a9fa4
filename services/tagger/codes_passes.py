"""Ways to look at the same place once more: larger, sharper. Hard photographs need several; easy ones none."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
import zxingcpp

from services.tagger.codes_seem import Grey, Place

MARGIN = 0.3  # of the place, around it: bars at its ends are often not seen as such
READ_ASLANT = 15.0  # degrees that the reader takes as they are; turning blurs
WIDEST = 1200  # pixels of a place that is looked at
LARGEST = 2_500_000  # pixels of it enlarged
REACH = 1.8  # sigmas that a blur reaches; what is farther away weighs less than a fifth of the middle
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

    picture: Grey
    left: int
    top: int
    width: int
    height: int
    angle: float
    of: tuple[int, int]

    @classmethod
    def all_of(cls, picture: Grey) -> "Cut":
        """A picture as it is."""
        height, width = picture.shape
        return cls(picture, 0, 0, width, height, 0.0, (width, height))

    def box(self, quad: Quad, scale: float) -> Box:
        """Where in the whole picture the corners are that were seen in the cut, `scale` times as large."""
        height, width = self.picture.shape
        shrunk = turned(self.width, self.height, self.angle)[0] / width / scale
        turn, middle = radians(self.angle), (self.left + self.width / 2, self.top + self.height / 2)
        xs, ys = [], []
        for x, y in quad:
            right, down = (x - width * scale / 2) * shrunk, (y - height * scale / 2) * shrunk
            xs.append((middle[0] + right * cos(turn) + down * sin(turn)) / self.of[0])
            ys.append((middle[1] - right * sin(turn) + down * cos(turn)) / self.of[1])
        return min(xs), min(ys), max(xs), max(ys)


def read(grey: Grey, *, whole: bool = False) -> list[Reading]:
    """whole: a picture at large, which is looked at in smaller sizes and as a negative too."""
    found = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in FORMATS]),
        text_mode=zxingcpp.TextMode.Plain,
        try_downscale=whole,
        try_invert=whole,
    )
    return [Reading(str(one.format), one.text, one.symbology_identifier, _quad(one)) for one in found]


def upright(picture: Grey, place: Place) -> Cut:
    """The place with a margin, turned so that its bars stand upright."""
    height, width = picture.shape
    margin = MARGIN * max(place.width * width, place.height * height)
    left, top = max(0, int(place.left * width - margin)), max(0, int(place.top * height - margin))
    right = min(width, int((place.left + place.width) * width + margin) + 1)
    bottom = min(height, int((place.top + place.height) * height + margin) + 1)
    angle = place.angle if abs(place.angle) > READ_ASLANT else 0.0
    cut = np.ascontiguousarray(_shrunk(picture[top:bottom, left:right], angle))
    return Cut(_turned(cut, angle) if angle else cut, left, top, right - left, bottom - top, angle, (width, height))


def turned(width: float, height: float, angle: float) -> tuple[float, float]:
    """Of a rectangle that holds it, turned by so many degrees."""
    across, along = abs(cos(radians(angle))), abs(sin(radians(angle)))
    return width * across + height * along, width * along + height * across


def _shrunk(cut: Grey, angle: float) -> Grey:
    """So that it has at most WIDEST pixels a side once it is turned; before it is: turning is the dear part."""
    longest = max(turned(cut.shape[1], cut.shape[0], angle))
    return resized(cut, WIDEST / longest) if longest > WIDEST else cut


def _turned(cut: Grey, angle: float) -> Grey:
    """Clockwise, on white."""
    height, width = cut.shape
    wide, high = (round(side) for side in turned(width, height, angle))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1)
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    return np.asarray(cv2.warpAffine(cut, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=255), np.uint8)


def ways(cut: Grey) -> Iterator[tuple[Pass, int]]:
    """All that are worth it, and the pixels that each looks at."""
    for one in PASSES:
        pixels = round(cut.shape[1] * one.scale) * round(cut.shape[0] * one.scale)
        if one.scale == 1 or pixels <= LARGEST:
            yield one, pixels


def seen(cut: Grey, way: Pass) -> Grey:
    """The place in one of them."""
    sized = cut if way.scale == 1 else resized(cut, way.scale)
    if not way.weight:
        return sized
    side = 2 * int(REACH * way.sigma) + 1
    blurred = cv2.GaussianBlur(sized, (side, side), way.sigma)
    return np.asarray(cv2.addWeighted(sized, 1 + way.weight, blurred, -way.weight, 0), np.uint8)


def resized(picture: Grey, scale: float) -> Grey:
    """So many times as large, or small."""
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_LANCZOS4
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=kind), np.uint8)


def _quad(one: zxingcpp.Barcode) -> Quad:
    corners = ("top_left", "top_right", "bottom_right", "bottom_left")
    return tuple((float(getattr(one.position, c).x), float(getattr(one.position, c).y)) for c in corners)
