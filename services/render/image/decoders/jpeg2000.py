"""JPEG 2000 by OpenJPEG in Pillow: no more of the resolution levels are decoded than the largest output wants."""

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyvips
from PIL import ImagePalette

from services.render.image.decoders.memory import sound, tagged
from services.render.image.decoders.opened import Opened, Shrink
from services.render.image.decoders.pillow import open_with_pillow
from services.render.image.decoders.wanted import wanted_scale
from services.render.image.limits import MAX_METADATA, MEGA
from services.render.recipe import Recipe

# OpenJPEG takes 4 bytes a sample for what it decodes at once: larger pictures are read at half their size.
MAX_DECODED = 40 * MEGA
ENOUGH = 1.5  # times the largest output: the levels' own reduction is rougher than ours
CODESTREAM, CODING_STYLE = b"\xff\x4f\xff\x51", b"\xff\x52"
ICC_METHODS = (2, 3)
PALETTE_OF_RGB = b"\x03\x07\x07\x07"  # three columns of 8 bits


def open_picture(path: Path, kind: str, recipes: Sequence[Recipe]) -> Opened:
    """Open a JP2 file or a bare codestream. Raises Refused."""
    with path.open("rb") as file:
        head = file.read(MAX_METADATA)
    boxes, levels = dict(_boxes(head)), _levels(head)
    profile = sound(boxes.get(b"colr", b"\0")[3:]) if boxes.get(b"colr", b"\0")[0] in ICC_METHODS else None

    def prepare(image: Any) -> None:
        if image.mode == "P":
            if boxes.get(b"pclr", b"")[2:6] == PALETTE_OF_RGB:  # Pillow's own reading loses colours that come twice
                image.palette = ImagePalette.raw("RGB", _in_order(boxes[b"pclr"][6:], boxes.get(b"cdef", b"")))
            return
        width, height = image.size
        wanted = min(_halvings(width, height, wanted_scale(recipes, width, height)), levels)
        image.reduce = _as_pillow_counts(width, height, wanted)

    opened = open_with_pillow(path, kind, ("JPEG2000",), prepare)

    def read(shrink: Shrink) -> pyvips.Image:
        return opened.read(lambda image: shrink(tagged(image, profile)))

    return replace(opened, read=read, profile=profile)


def _halvings(width: int, height: int, scale: float) -> int:
    """How often the size may be halved and still be enough, and must be to fit in memory."""
    enough = math.floor(math.log2(max(1.0, 1 / (scale * ENOUGH))))
    fits = math.ceil(math.log2(max(1.0, width * height / MAX_DECODED)) / 2)
    return max(enough, fits)


def _as_pillow_counts(width: int, height: int, wanted: int) -> int:
    """The most halvings up to `wanted` whose size Pillow foretells rightly: it rounds where OpenJPEG rounds up."""
    return next(
        count
        for count in range(wanted, -1, -1)
        if all((side + (1 << count) // 2) >> count == -(-side >> count) for side in (width, height))
    )


def _levels(head: bytes) -> int:
    """How often the file itself has its picture halved; 0 where it does not say."""
    at = head.find(CODESTREAM) + 2
    while at > 1 and at + 10 <= len(head):
        if head[at : at + 2] == CODING_STYLE:
            return head[at + 9]
        at += 2 + max(2, int.from_bytes(head[at + 2 : at + 4], "big"))
    return 0


def _in_order(palette: bytes, definitions: bytes) -> bytes:
    """The palette's columns as red, green, blue: each channel's definition is its number, its type, its colour."""
    found = {
        colour: number
        for number, kind, colour in struct.iter_unpack(">HHH", definitions[2:20] if len(definitions) >= 20 else b"")
        if kind == 0
    }
    columns = [found.get(colour, colour - 1) for colour in (1, 2, 3)]
    if sorted(columns) != [0, 1, 2]:
        return palette
    return b"".join(bytes(palette[at + column] for column in columns) for at in range(0, len(palette) - 2, 3))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of a JP2's header by name; none for a bare codestream or one that is broken."""
    found = data.find(b"jp2h", 0, 4096)
    if found < 4:
        return
    (size,) = struct.unpack_from(">I", data, found - 4)
    at, end = found + 4, min(found - 4 + size, len(data))
    while at + 8 <= end:
        length, name = struct.unpack_from(">I4s", data, at)
        if length < 8:
            return
        yield name, data[at + 8 : at + length]
        at += length
