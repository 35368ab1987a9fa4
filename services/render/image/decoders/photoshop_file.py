"""What a Photoshop file says of itself, read from its sections in order; the layers are passed over.

The format: Adobe Photoshop File Formats Specification. All numbers are big-endian; in PSB some lengths have 8 bytes.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

from runtime.refusal import Refused
from services.render.image.completeness import unreadable

MAX_BLOCK = 64 * 2**20  # of resources or palette that are read at all
ICC, RESOLUTION, VERSION, THUMBNAIL, ALPHAS, EXIF = 1039, 1005, 1057, 1036, 1053, 1058
THUMBNAIL_HEAD = 28
# Blocks behind the layers whose length has 8 bytes in a PSB.
WIDE_KEYS = (b"LMsk", b"Lr16", b"Lr32", b"Layr", b"Mt16", b"Mt32", b"Mtrn", b"Alph", b"FMsk", b"lnk2", b"FEid", b"FXid")
LAYERS = (b"Lr16", b"Lr32", b"Layr")


class Mode(IntEnum):
    """What the channels mean."""

    BITMAP = 0
    GREY = 1
    INDEXED = 2
    RGB = 3
    CMYK = 4
    MULTICHANNEL = 7
    DUOTONE = 8
    LAB = 9


COLOURS = {
    Mode.BITMAP: 1, Mode.GREY: 1, Mode.INDEXED: 1, Mode.RGB: 3, Mode.CMYK: 4, Mode.DUOTONE: 1, Mode.LAB: 3,
}  # fmt: skip


@dataclass(frozen=True)
class Photoshop:
    """Sizes in pixels, depth in bits a channel, `at` and `stored`: where the packed rows begin, and how many bytes.

    rows: for packed rows the bytes of each, channel by channel; empty where they are not packed.
    thumbnail: a small JPEG, or nothing.
    transparent: the channel behind the colours says how opaque each pixel is. merged: there is a merged picture.
    """

    width: int
    height: int
    depth: int
    mode: Mode
    transparent: bool
    merged: bool
    palette: bytes
    resources: bytes
    profile: bytes | None
    exif: bytes | None
    dpi: tuple[float, float] | None
    thumbnail: bytes
    at: int
    stored: int
    rows: tuple[int, ...]

    @property
    def colours(self) -> int:
        """Channels of colour."""
        return COLOURS[self.mode]

    @property
    def bands(self) -> int:
        """Channels that are used."""
        return self.colours + self.transparent

    @property
    def metadata(self) -> int:
        """Bytes beside the pixels that are read."""
        return len(self.resources)


def read_photoshop(path: Path) -> Photoshop:
    """Read the sections. Raises Refused for a file that is none, or is packed or coloured as nobody can show."""
    with path.open("rb") as file:
        try:
            return _read(file)
        except (struct.error, ValueError) as error:
            raise unreadable("psd") from error


def _read(file: BinaryIO) -> Photoshop:
    version, channels, height, width, depth, number = struct.unpack(">4xH6xHIIHH", file.read(26))
    wide = version == 2
    mode = _mode(number, depth)
    palette = _block(file, ">I")
    resources = _block(file, ">I")
    found = dict(_resources(resources))
    layers = _layers(file, wide)
    transparent = (
        (layers < 0 or _names_transparency(found))
        and channels > COLOURS[mode]
        and mode in (Mode.RGB, Mode.GREY, Mode.CMYK, Mode.LAB)
    )
    packing = struct.unpack(">H", file.read(2))[0]
    rows = _row_lengths(file, packing, channels * height, wide)
    used = (COLOURS[mode] + transparent) * height
    at = file.tell()
    stored = sum(rows[:used]) if rows else used * ((width * depth + 7) // 8)
    return Photoshop(
        width, height, depth, mode, transparent, not layers or _has_merged(found), palette, resources,
        found.get(ICC), found.get(EXIF), _dpi(found.get(RESOLUTION)), found.get(THUMBNAIL, b"")[THUMBNAIL_HEAD:],
        at, stored, rows[:used],
    )  # fmt: skip


def _mode(number: int, depth: int) -> Mode:
    if number == Mode.MULTICHANNEL or number not in set(Mode) or depth not in (1, 8, 16, 32):
        raise Refused(
            "The Photoshop file is in a colour mode that cannot be shown (multichannel).",
            "Convert it to RGB or CMYK under Image > Mode, and save it again.",
        )
    return Mode(number)


def _block(file: BinaryIO, length: str) -> bytes:
    (size,) = struct.unpack(length, file.read(struct.calcsize(length)))
    if size > MAX_BLOCK:
        raise ValueError(f"a block of {size} bytes")
    return file.read(size)


def _resources(block: bytes) -> list[tuple[int, bytes]]:
    """The resources by number; ends at the first that is not one."""
    found, at = [], 0
    while block[at : at + 4] == b"8BIM" and at + 12 <= len(block):
        number, name = struct.unpack_from(">HB", block, at + 4)
        at += 6 + (name + 2) // 2 * 2  # the name and its length, padded to even
        (size,) = struct.unpack_from(">I", block, at)
        found.append((number, block[at + 4 : at + 4 + size]))
        at += 4 + (size + 1) // 2 * 2
    return found


def _layers(file: BinaryIO, wide: bool) -> int:
    """Pass over the layers, and tell how many; a negative number says that the merged picture has transparency."""
    (length,) = struct.unpack(">Q" if wide else ">I", file.read(8 if wide else 4))
    end = file.tell() + length
    count = 0
    if length:
        (size,) = struct.unpack(">Q" if wide else ">I", file.read(8 if wide else 4))
        begin = file.tell()
        count = struct.unpack(">h", file.read(2))[0] if size >= 2 else 0
        if not size:
            file.seek(begin)
            count = _later_count(file, end, wide)
    file.seek(end)
    return count


def _later_count(file: BinaryIO, end: int, wide: bool) -> int:
    """With 16 and 32 bits a channel the layers stand in a block of their own, behind the global mask."""
    (mask,) = struct.unpack(">I", file.read(4))
    file.seek(mask, 1)
    while file.tell() + 12 <= end:
        mark, key = struct.unpack(">4s4s", file.read(8))
        if mark not in (b"8BIM", b"8B64"):
            return 0
        long = wide and key in WIDE_KEYS
        (size,) = struct.unpack(">Q" if long else ">I", file.read(8 if long else 4))
        if key in LAYERS:
            return int(struct.unpack(">h", file.read(2))[0])
        file.seek((size + 3) // 4 * 4, 1)
    return 0


def _row_lengths(file: BinaryIO, packing: int, count: int, wide: bool) -> tuple[int, ...]:
    if packing == 0:
        return ()
    if packing != 1:
        raise Refused(
            "The merged picture in the Photoshop file is packed in a way that only Photoshop reads.",
            "Save it with 8 bits a channel, or export it as TIFF.",
        )
    size = 4 if wide else 2
    return struct.unpack(f">{count}{'I' if wide else 'H'}", file.read(count * size))


def _has_merged(found: dict[int, bytes]) -> bool:
    """Files of other programs do not say; they always have one."""
    version = found.get(VERSION)
    return version is None or len(version) < 5 or version[4] != 0


def _names_transparency(found: dict[int, bytes]) -> bool:
    """Whether one of the channels behind the colours is called by the number that transparency has."""
    numbers = found.get(ALPHAS, b"")
    return any(numbers[at : at + 4] == bytes(4) for at in range(0, len(numbers) - 3, 4))


def _dpi(resource: bytes | None) -> tuple[float, float] | None:
    if resource is None or len(resource) < 16:
        return None
    across, down = struct.unpack_from(">I4xI", resource)
    return (round(across / 65536, 2), round(down / 65536, 2)) if across and down else None
