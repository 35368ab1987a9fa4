"""TIFF: decoded by libvips, which tells neither which of its pictures are pages nor how they are packed.

A file is a chain of directories, one a picture. Some are no pages: smaller copies for a quick look, and masks.
"""

import contextlib
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from services.render.image.completeness import ONE_ROW_OF_BLOCKS, cut_off
from services.render.image.decoders import native
from services.render.image.decoders.opened import Opened
from services.render.image.limits import MAX_FRAMES
from services.render.recipe import Recipe

Numbers = NDArray[np.float64]
MOST_FIELDS, MOST_VALUES = 4096, 1_000_000
SUBFILE, HEIGHT, BITS, COMPRESSION = 254, 257, 258, 259
PLACES = ((273, 279), (324, 325))  # where strips lie and how long they are; tiles likewise
WANTED = {SUBFILE, HEIGHT, BITS, COMPRESSION, *(tag for pair in PLACES for tag in pair)}
NUMBERS = {1: "u1", 3: "u2", 4: "u4", 16: "u8"}  # kinds of value: BYTE, SHORT, LONG, LONG8
NO_PAGE = 1 | 4  # of SUBFILE: a smaller copy of another one, or a mask for it
# Bytes of pixels that one packed byte can stand for at most, by the number of the packing. Plain pixels: 4, because a
# colour of 4 x 4 pixels may be kept once. JPEG's and deflate's are those of their own formats; LZW's longest code of 12
# bits stands for 4096 bytes; PackBits repeats one byte 128 times. Fax, WebP, Zstandard and LZMA have no such bound.
MOST = {1: 4, 5: 2731, 6: 1100, 7: 1100, 8: 1100, 32773: 64, 32946: 1100}


@dataclass(frozen=True)
class Directory:
    """What one of the pictures says of itself. at: the how manieth it is, from 0. bits: of a sample.

    missing: of the bytes that it says its pixels are in, the share that lies behind the end of the file. libvips reads
    those as black, and says nothing where they are not packed.
    """

    at: int
    bits: int
    compression: int
    page: bool
    height: int
    missing: float

    @property
    def most(self) -> float | None:
        """Samples that one byte of the file can stand for at most."""
        ratio = MOST.get(self.compression)
        return ratio * 8 / self.bits if ratio and self.bits else None


def open_picture(path: Path, _kind: str, _recipes: Sequence[Recipe]) -> Opened:
    """Open the first picture. Raises Refused for bytes that only begin like a TIFF."""
    found = pages(path)
    if not found:
        return native.opened(path, "tiff", "tiff")
    first = open_page(path, found[0])
    if len(found) == 1:
        return first
    return replace(first, notes=(f"This is the first of {len(found)} pages; each is a file of its own: page-2 …",))


def open_page(path: Path, page: Directory) -> Opened:
    """One of the pages. Raises Refused."""
    if page.missing * page.height > ONE_ROW_OF_BLOCKS:
        raise cut_off(page.missing)
    opened = native.opened(path, "tiff", "tiff", page=page.at)
    return replace(opened, header=replace(opened.header, most=page.most))


def pages(path: Path) -> list[Directory]:
    """The first picture, and all that are neither copies nor masks; as far as they can be read."""
    found: list[Directory] = []
    with path.open("rb") as file, contextlib.suppress(struct.error, ValueError, OverflowError, OSError):
        found.extend(_chain(file))  # what is broken behind them is libvips' to judge
    return [one for one in found if one.page or one.at == 0]


def _chain(file: BinaryIO) -> Iterator[Directory]:
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    (where,) = struct.unpack_from(order + ("Q" if big else "I"), head, 8 if big else 4)
    size = file.seek(0, 2)
    seen: set[int] = set()
    while where and where not in seen and len(seen) <= MAX_FRAMES:
        seen.add(where)
        file.seek(where)
        fields, where = _fields(file, order, big)
        first = {tag: int(values[0]) for tag, values in fields.items() if len(values)}
        page = not first.get(SUBFILE, 0) & NO_PAGE
        more = first.get(HEIGHT, 0), _missing(fields, size)
        yield Directory(len(seen) - 1, first.get(BITS, 1), first.get(COMPRESSION, 1), page, *more)


def _missing(fields: Mapping[int, Numbers], size: int) -> float:
    for places, lengths in PLACES:
        if (at := fields.get(places)) is not None and (counts := fields.get(lengths)) is not None:
            both = min(len(at), len(counts))
            ends = np.maximum(at[:both] + counts[:both] - size, 0)
            promised = float(counts[:both].sum())
            return float(np.minimum(ends, counts[:both]).sum()) / promised if promised else 0.0
    return 0.0


def _fields(file: BinaryIO, order: str, big: bool) -> tuple[dict[int, Numbers], int]:
    """What the directory that begins here says, and where the next one lies (0: nowhere)."""
    count_of, entry, after = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    (count,) = struct.unpack(order + count_of, file.read(struct.calcsize(order + count_of)))
    size = struct.calcsize(order + entry)
    listed = file.read(min(count, MOST_FIELDS) * size)
    (following,) = struct.unpack(order + after, file.read(struct.calcsize(order + after)))
    read = {
        tag: _values(file, order, NUMBERS[kind], values, where)
        for tag, kind, values, where in struct.iter_unpack(order + entry, listed)
        if tag in WANTED and kind in NUMBERS
    }
    return read, following


def _values(file: BinaryIO, order: str, number: str, count: int, where: bytes) -> Numbers:
    """The numbers of a field; where they do not fit into it, they lie elsewhere."""
    layout = np.dtype(order + number)
    length = min(count, MOST_VALUES) * layout.itemsize
    if length > len(where):
        file.seek(struct.unpack(order + ("Q" if len(where) == 8 else "I"), where)[0])
        where = file.read(length)
    return np.frombuffer(where[: length - length % layout.itemsize], layout).astype(np.float64)
