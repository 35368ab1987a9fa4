"""Small files of formats that nothing of ours writes: Photoshop, camera RAW (DNG), PDF."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8] | NDArray[np.uint16]
BYTE, ASCII, SHORT, LONG, RATIONAL, SRATIONAL = 1, 2, 3, 4, 5, 10
SIZES = {BYTE: "B", SHORT: "H", LONG: "I"}
GREY, INDEXED, RGB, CMYK, LAB = 1, 2, 3, 4, 9


def psd(
    channels: Pixels,
    mode: int,
    *,
    packed: bool = True,
    large: bool = False,
    layers: int = 0,
    merged: bool | None = None,
    palette: bytes = b"",
    resources: Sequence[tuple[int, bytes]] = (),
) -> bytes:
    """A Photoshop file with a merged picture. channels: [number, height, width], as Photoshop keeps them.

    large: PSB. layers: their number, negative for transparency. merged: what the file says of its merged picture.
    """
    number, height, width = channels.shape
    depth = 8 * channels.dtype.itemsize
    said = [*resources] + ([(1057, struct.pack(">IB", 1, merged))] if merged is not None else [])
    blocks = b"".join(
        struct.pack(">4sHHI", b"8BIM", key, 0, len(value)) + value + b"\0" * (len(value) % 2) for key, value in said
    )
    wide = ">Q" if large else ">I"
    info = struct.pack(">h", layers) + bytes(6) if layers else b""
    section = struct.pack(wide, len(info)) + info if layers else b""
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 2 if large else 1, number, height, width, depth, mode)
    rows = [row.astype(row.dtype.newbyteorder(">")).tobytes() for channel in channels for row in channel]
    body = b"\0\0" + b"".join(rows)
    if packed:
        pressed = [packbits(row) for row in rows]
        lengths = struct.pack(f">{len(pressed)}{'I' if large else 'H'}", *map(len, pressed))
        body = b"\0\1" + lengths + b"".join(pressed)
    parts = (struct.pack(">I", len(palette)) + palette, struct.pack(">I", len(blocks)) + blocks)
    return head + b"".join(parts) + struct.pack(wide, len(section)) + section + body


def packbits(row: bytes) -> bytes:
    """Apple's runs: a repeated byte as (257 - count, byte), others as they are, up to 128 at a time."""
    out, at = b"", 0
    while at < len(row):
        run = next((n for n in range(min(128, len(row) - at), 1, -1) if row[at : at + n] == row[at : at + 1] * n), 1)
        if run > 1:
            out += bytes([257 - run, row[at]])
        else:
            out += bytes([0, row[at]])
        at += run
    return out


def directory(entries: dict[int, tuple[int, object]], at: int) -> bytes:
    """A little-endian TIFF directory that begins at `at`, its long values behind it."""
    behind, head, tail = at + 2 + 12 * len(entries) + 4, struct.pack("<H", len(entries)), b""
    for tag, (kind, value) in sorted(entries.items()):
        if kind == ASCII:
            packed, count = str(value).encode() + b"\0", len(str(value)) + 1
        elif kind in (RATIONAL, SRATIONAL):
            numbers = [round(float(one) * 10000) for one in value]  # type: ignore[attr-defined]
            packed = b"".join(struct.pack("<iI" if kind == SRATIONAL else "<II", one, 10000) for one in numbers)
            count = len(numbers)
        else:
            values = list(value) if isinstance(value, list | tuple) else [value]
            packed, count = struct.pack(f"<{len(values)}{SIZES[kind]}", *values), len(values)
        field = packed.ljust(4, b"\0") if len(packed) <= 4 else struct.pack("<I", behind + len(tail))
        tail += b"" if len(packed) <= 4 else packed + b"\0" * (len(packed) % 2)
        head += struct.pack("<HHI", tag, kind, count) + field
    return head + bytes(4) + tail


def dng(
    linear: NDArray[np.float64], *, preview: bytes = b"", preview_size: tuple[int, int] = (0, 0), turned: int = 1
) -> bytes:
    """A camera's RAW: an RGGB sensor that saw `linear` [height, width, 3], 0 to 1 in linear sRGB."""
    height, width, _ = linear.shape
    mosaic = np.empty((height, width), np.uint16)
    for row, column, band in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        mosaic[row::2, column::2] = linear[row::2, column::2, band] * 65535
    sensor = mosaic.astype("<u2").tobytes()
    xyz_to_rgb = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)
    camera = {
        271: (ASCII, "Test"), 272: (ASCII, "Box"), 274: (SHORT, turned), 50706: (BYTE, [1, 4, 0, 0]),
        50708: (ASCII, "Test Box"), 50721: (SRATIONAL, xyz_to_rgb), 50728: (RATIONAL, (1, 1, 1)), 50778: (SHORT, 21),
    }  # fmt: skip
    raw = {
        256: (LONG, width), 257: (LONG, height), 258: (SHORT, 16), 259: (SHORT, 1), 262: (SHORT, 32803),
        277: (SHORT, 1), 278: (LONG, height), 279: (LONG, len(sensor)), 254: (LONG, 0),
        33421: (SHORT, [2, 2]), 33422: (BYTE, [0, 1, 1, 2]), 50717: (LONG, 65535),
    }  # fmt: skip
    sensor_at = 8 + len(preview) + len(preview) % 2
    first_at = sensor_at + len(sensor)
    raw[273] = (LONG, sensor_at)
    if not preview:
        return struct.pack("<2sHI", b"II", 42, first_at) + sensor + directory({**raw, **camera}, first_at)
    small = {
        254: (LONG, 1), 256: (LONG, preview_size[0]), 257: (LONG, preview_size[1]), 258: (SHORT, [8, 8, 8]),
        259: (SHORT, 7), 262: (SHORT, 6), 273: (LONG, 8), 277: (SHORT, 3), 278: (LONG, preview_size[1]),
        279: (LONG, len(preview)), 330: (LONG, 0),
    }  # fmt: skip
    second_at = first_at + len(directory({**small, **camera}, first_at))
    small[330] = (LONG, second_at)
    head = struct.pack("<2sHI", b"II", 42, first_at) + preview + b"\0" * (len(preview) % 2) + sensor
    return head + directory({**small, **camera}, first_at) + directory(raw, second_at)


def pdf(
    pages: Sequence[bytes], *, size: tuple[float, float] = (200, 300), catalog: bytes = b"", more: Sequence[bytes] = ()
) -> bytes:
    """A PDF of pages drawn by these content streams, in Helvetica as /F1.

    catalog: added to the catalogue. more: further objects, the first has the number 4 + 2 * pages.
    """
    kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Count %d/Kids[" % len(pages) + kids + b"]>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for index, content in enumerate(pages):
        box = b"%g %g" % size
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 "
            + box
            + b"]/Contents %d 0 R" % (5 + 2 * index)
            + b"/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        packed = zlib.compress(content)
        objects.append(b"<</Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream")
    objects += more
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer
