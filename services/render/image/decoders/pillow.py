"""Pillow as a decoder: one file by named formats only, and its rows handed to libvips."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyvips
from PIL import Image, UnidentifiedImageError

from services.render.image.completeness import cut_off, raise_if_short_of_memory, unreadable
from services.render.image.decoders.memory import from_memory, sound, tagged
from services.render.image.decoders.opened import Opened, Shrink
from services.render.image.limits import Header

Image.MAX_IMAGE_PIXELS = None  # our own bounds are checked before it decodes: image/limits.py
# Pillow's modes that libvips can take as they are: bands and format. The others are converted by what they mean.
MODES = {
    "L": (1, "uchar"),
    "LA": (2, "uchar"),
    "RGB": (3, "uchar"),
    "RGBA": (4, "uchar"),
    "CMYK": (4, "uchar"),
    "I;16": (1, "ushort"),
}
STRIP = 128  # rows
# What Pillow raises for bytes that are not what they begin like.
FAULTS = (OSError, ValueError, SyntaxError, TypeError, EOFError, IndexError, KeyError, OverflowError, ZeroDivisionError)


def open_with_pillow(
    path: Path, kind: str, formats: tuple[str, ...], before: Callable[[Image.Image], None] = lambda _image: None
) -> Opened:
    """Open by the header; `before` is called with Pillow's image before its pixels are read. Raises Refused."""
    with _opened(path, kind, formats) as image:
        mode = _target(image)
        header = Header(kind, *image.size, MODES[mode][0], 1, 1)
        profile = sound(image.info.get("icc_profile"))

    def read(shrink: Shrink) -> pyvips.Image:
        with _opened(path, kind, formats) as image:
            before(image)
            try:
                image.load()
            except FAULTS as error:
                raise_if_short_of_memory(error)
                raise cut_off() from error
            bands, depth = MODES[mode]
            pixels = from_memory(_rows(image, mode), *image.size, bands, depth)
            if mode == "CMYK":
                pixels = pixels.copy(interpretation="cmyk")
            return shrink(tagged(pixels, profile))

    return Opened(header, read, profile)


def _target(image: Image.Image) -> str:
    """The mode to bring a picture to."""
    if image.mode in MODES:
        return image.mode
    if image.mode == "P":
        return "RGBA" if "transparency" in image.info else "RGB"
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return "I;16" if image.mode != "F" else "L"
    return {"1": "L", "PA": "RGBA", "RGBa": "RGBA"}.get(image.mode, "RGB")


def _rows(image: Image.Image, mode: str) -> bytearray:
    """All rows without gaps, taken a strip at a time: Pillow's own way keeps the whole picture three times."""
    bands, depth = MODES[mode]
    row = image.width * bands * (2 if depth == "ushort" else 1)
    rows = bytearray(row * image.height)
    for top in range(0, image.height, STRIP):
        bottom = min(top + STRIP, image.height)
        strip = image.crop((0, top, image.width, bottom))
        if strip.mode == "F":  # portable float maps: light, 0 to 1
            strip = strip.point(lambda value: value * 255)
        rows[top * row : bottom * row] = (strip if strip.mode == mode else strip.convert(mode)).tobytes()
    return rows


@contextmanager
def _opened(path: Path, kind: str, formats: tuple[str, ...]) -> Iterator[Image.Image]:
    try:
        image = Image.open(path, formats=formats)
    except (UnidentifiedImageError, *FAULTS) as error:
        raise unreadable(kind) from error
    with image:
        yield image
