"""A TIFF header around the rows of a Photoshop file: the same bytes, described in the words that libtiff knows."""

import struct
from pathlib import Path

from services.render.image.decoders.photoshop_file import Mode, Photoshop

ROWS_A_STRIP = 16
SHORT, LONG = 3, 4
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, OFFSETS = 256, 257, 258, 259, 262, 273
SAMPLES, ROWS, COUNTS, PLANAR, PALETTE, EXTRA, FORMAT = 277, 278, 279, 284, 320, 338, 339
UNPACKED, PACKBITS = 1, 32773
FLOAT, UNSIGNED = 3, 1
BLACK_IS_ONE, BLACK_IS_ZERO, RGB, INDEXED, SEPARATED = 0, 1, 2, 3, 5
HEAD = 8
CHUNK = 2**20
PHOTOMETRICS = {
    Mode.BITMAP: BLACK_IS_ONE,
    Mode.INDEXED: INDEXED,
    Mode.RGB: RGB,
    Mode.CMYK: SEPARATED,
    Mode.LAB: RGB,  # three plain numbers: what they mean is told afterwards
}


def write_tiff(path: Path, found: Photoshop, made: Path) -> None:
    """Write `made`: a header, the rows of `path` unchanged, and a directory behind them."""
    directory_at = HEAD + (found.stored + 1) // 2 * 2
    with path.open("rb") as source, made.open("wb") as out:
        out.write(struct.pack(">2sHI", b"MM", 42, directory_at))
        source.seek(found.at)
        left = found.stored
        while left and (chunk := source.read(min(left, CHUNK))):
            out.write(chunk)
            left -= len(chunk)
        out.truncate(directory_at)
        out.seek(directory_at)
        out.write(_directory(_entries(found), directory_at))


def _entries(found: Photoshop) -> dict[int, tuple[int, list[int]]]:
    """Tag -> type and values."""
    offsets, counts = _strips(found)
    entries = {
        WIDTH: (LONG, [found.width]),
        HEIGHT: (LONG, [found.height]),
        BITS: (SHORT, [found.depth] * found.bands),
        COMPRESSION: (SHORT, [PACKBITS if found.rows else UNPACKED]),
        PHOTOMETRIC: (SHORT, [PHOTOMETRICS.get(found.mode, BLACK_IS_ZERO)]),
        OFFSETS: (LONG, offsets),
        SAMPLES: (SHORT, [found.bands]),
        ROWS: (LONG, [ROWS_A_STRIP]),
        COUNTS: (LONG, counts),
        PLANAR: (SHORT, [2 if found.bands > 1 else 1]),  # channel by channel
        FORMAT: (SHORT, [FLOAT if found.depth == 32 else UNSIGNED] * found.bands),
    }
    if found.transparent:
        entries[EXTRA] = (SHORT, [2])  # transparency, not multiplied into the colours
    if found.mode is Mode.INDEXED:
        entries[PALETTE] = (SHORT, [value * 257 for value in found.palette[:768].ljust(768, b"\0")])
    return dict(sorted(entries.items()))


def _strips(found: Photoshop) -> tuple[list[int], list[int]]:
    """Where each strip of rows lies in the TIFF, and its bytes; strips end at the end of a channel."""
    plain = (found.width * found.depth + 7) // 8
    rows = found.rows or (plain,) * (found.bands * found.height)
    offsets, counts, at = [], [], HEAD
    for channel in range(found.bands):
        for top in range(0, found.height, ROWS_A_STRIP):
            first = channel * found.height + top
            size = sum(rows[first : first + min(ROWS_A_STRIP, found.height - top)])
            offsets.append(at)
            counts.append(size)
            at += size
    return offsets, counts


def _directory(entries: dict[int, tuple[int, list[int]]], at: int) -> bytes:
    """The directory as bytes that begin at `at`; values longer than four bytes stand behind it."""
    head, tail = struct.pack(">H", len(entries)), b""
    behind = at + 2 + 12 * len(entries) + 4
    for tag, (kind, values) in entries.items():
        packed = struct.pack(f">{len(values)}{'H' if kind == SHORT else 'I'}", *values)
        if len(packed) <= 4:
            field = packed.ljust(4, b"\0")
        else:
            field = struct.pack(">I", behind + len(tail))
            tail += packed + b"\0" * (len(packed) % 2)
        head += struct.pack(">HHI", tag, kind, len(values)) + field
    return head + bytes(4) + tail
