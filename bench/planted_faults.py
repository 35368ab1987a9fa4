"""Faults that happen to product pictures, made by code: each takes a sound picture and gives the bytes of a faulty one.

Used by `planted.py`. Colour pictures without transparency are expected, as `luma/` has them.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pyvips

Picture: TypeAlias = pyvips.Image
GROUND = 235
"""From this on in all bands a pixel of a studio picture is its white ground."""


def opened(path: str) -> Picture:
    """The upright picture in sRGB, three bands of 0..255."""
    picture = pyvips.Image.new_from_file(path).autorot().colourspace("srgb")
    return picture.flatten(background=255).copy_memory() if picture.hasalpha() else picture.copy_memory()


def jpeg(picture: Picture, quality: int = 92) -> bytes:
    """As a studio sends it."""
    return bytes(picture.cast("uchar").jpegsave_buffer(Q=quality, strip=True))


def png(picture: Picture) -> bytes:
    """Where there is transparency."""
    return bytes(picture.cast("uchar").pngsave_buffer(compression=3))


def _ground(picture: Picture) -> Picture:
    """255 where the ground is, softened so that no edge is drawn."""
    return (picture > GROUND).bandand().cast("uchar").gaussblur(1.2)


def _behind(picture: Picture, colour: tuple[int, int, int]) -> Picture:
    mask = _ground(picture) / 255
    return picture * (1 - mask) + mask * list(colour)


def blurred(picture: Picture) -> bytes:
    """Out of focus."""
    return jpeg(picture.gaussblur(picture.height / 160))


def dark(picture: Picture) -> bytes:
    """Two and a half stops too little light, the ground as well."""
    return jpeg(255 * ((picture / 255) ** 2.2 * 0.17) ** (1 / 2.2))


def burnt(picture: Picture) -> bytes:
    """Too much light: what was bright has no drawing left."""
    return jpeg(picture * 2.6 + 70)


def cropped(picture: Picture) -> bytes:
    """The left third of the product is not there."""
    columns = np.flatnonzero((picture.numpy() < GROUND).any(axis=(0, 2)))
    left = int(columns[0] + (columns[-1] - columns[0]) * 0.34)
    return jpeg(picture.crop(left, 0, picture.width - left, picture.height))


def off_white(picture: Picture) -> bytes:
    """A grey wall behind it."""
    return jpeg(_behind(picture, (205, 201, 196)))


def tiny(picture: Picture) -> bytes:
    """400 pixels, as a mail program sends it."""
    return jpeg(picture.resize(400 / max(picture.width, picture.height)), 85)


def enlarged(picture: Picture) -> bytes:
    """From 420 pixels to the size that was asked for."""
    small = picture.resize(420 / max(picture.width, picture.height))
    return jpeg(small.resize(picture.height / small.height, kernel="cubic"))


def again(picture: Picture) -> bytes:
    """Another size and another encoder's settings."""
    return jpeg(picture.resize(0.82), 71)


def mirrored(picture: Picture) -> bytes:
    """Left is right."""
    return jpeg(picture.fliphor(), 88)


def shifted(picture: Picture) -> bytes:
    """The garment in another colour: the ground stays."""
    mask = _ground(picture) / 255
    lch = picture.colourspace("lch")
    turned = (lch[0] * 0.8 + 18).bandjoin([lch[1] + 22, lch[2] + 75]).copy(interpretation="lch")
    return jpeg(turned.colourspace("srgb") * (1 - mask) + picture * mask)


def marked(picture: Picture) -> bytes:
    """A line of advertising beside the product."""
    text = pyvips.Image.text(
        "SALE 50% OFF", font="sans bold", width=int(picture.width * 0.3), height=int(picture.height * 0.1)
    )
    alpha = text.embed(int(picture.width * 0.05), int(picture.height * 0.015), picture.width, picture.height)
    share = alpha / 255
    return jpeg(picture * (1 - share) + share * [200, 20, 30])


def tinted(picture: Picture) -> bytes:
    """White balance of the wrong lamp."""
    return jpeg(picture * [1.0, 0.965, 0.88])


def transparent(picture: Picture) -> bytes:
    """Cut out, and left without a ground."""
    return png(picture.bandjoin(255 - _ground(picture)))


def squeezed(picture: Picture) -> bytes:
    """Saved too often."""
    return jpeg(picture, 7)


def cut_short(picture: Picture) -> bytes:
    """Two thirds of the file are missing."""
    whole = jpeg(picture)
    return whole[: len(whole) // 3]


LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
PARITY = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")


def labelled(gtin: str) -> Callable[[Picture], bytes]:
    """With a hang tag that bears this EAN-13 (ISO/IEC 15420)."""

    def made(picture: Picture) -> bytes:
        bars = np.array([int(bit) for bit in _modules(gtin)], np.uint8)
        tag = np.repeat(np.repeat((1 - bars)[None] * 255, 150, axis=0), 4, axis=1)
        tag = np.pad(tag, 44, constant_values=255)
        grey = pyvips.Image.new_from_array(tag).cast("uchar")
        colour = grey.bandjoin([grey, grey]).copy(interpretation="srgb")
        left, top = (picture.width - colour.width) // 2, int(picture.height * 0.55)
        return jpeg(picture.insert(colour, left, top))

    return made


def _modules(gtin: str) -> str:
    """1 for a bar."""
    first, left, right = int(gtin[0]), gtin[1:7], gtin[7:]
    turned = [code.translate(str.maketrans("01", "10")) for code in LEFT]
    pairs = zip(left, PARITY[first], strict=True)
    halves = "".join(LEFT[int(n)] if way == "L" else turned[int(n)][::-1] for n, way in pairs)
    return f"101{halves}01010{''.join(turned[int(n)] for n in right)}101"


def checked(twelve: str) -> str:
    """With its check digit."""
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(twelve))
    return f"{twelve}{-weighed % 10}"
