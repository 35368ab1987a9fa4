"""Photoshop's paths in its resource blocks: the outlines that a print shop clips a product by.

Points are shares of the picture's height and width, so a smaller picture keeps them as they are; where it was turned,
cut or put on a larger canvas they are moved with it. Adobe Photoshop File Formats, "Path resource format".
"""

import struct
from collections.abc import Callable, Iterator

PATHS, CLIPPING = range(2000, 2998), 2999  # paths by number; the name of the one that clips
RECORD = 26  # bytes: a selector, and six numbers of 8.24 bits
KNOTS = (1, 2, 4, 5)  # selectors of records that hold three points, each down before across
ONE = 1 << 24
FARTHEST = (1 << 31) - 1
Point = tuple[float, float]
Move = Callable[[float, float], Point]
"""(across, down) on the original, as shares → the same on the rendition."""

# EXIF orientation: where a point of the stored picture lies on the upright one.
UPRIGHT: dict[int, Move] = {
    1: lambda x, y: (x, y),
    2: lambda x, y: (1 - x, y),
    3: lambda x, y: (1 - x, 1 - y),
    4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (1 - y, x),
    7: lambda x, y: (1 - y, 1 - x),
    8: lambda x, y: (y, 1 - x),
}


def moved(resources: bytes, move: Move) -> bytes:
    """The paths among these blocks, moved; and which of them clips. Empty where there is none."""
    kept = b""
    for number, name, data in _blocks(resources):
        if number in PATHS and len(data) % RECORD == 0:
            kept += _block(number, name, b"".join(_record(record, move) for record in _records(data)))
        elif number == CLIPPING:
            kept += _block(number, name, data)
    return kept


def clips(resources: bytes) -> bool:
    """Whether one of the paths is the clipping path."""
    found = {number for number, _, _ in _blocks(resources)}
    return CLIPPING in found and any(number in PATHS for number in found)


def _blocks(resources: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(number, name as it is stored, data); ends at the first that is not one."""
    at = 0
    while at + 12 <= len(resources) and resources[at : at + 4] == b"8BIM":
        (number,) = struct.unpack_from(">H", resources, at + 4)
        behind = at + 6 + (resources[at + 6] + 2) // 2 * 2  # a Pascal string, its length included, to an even number
        if behind + 4 > len(resources):
            return
        (size,) = struct.unpack_from(">I", resources, behind)
        if behind + 4 + size > len(resources):
            return
        yield number, resources[at + 6 : behind], resources[behind + 4 : behind + 4 + size]
        at = behind + 4 + (size + 1) // 2 * 2


def _block(number: int, name: bytes, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">H", number) + name + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)


def _records(data: bytes) -> Iterator[bytes]:
    return (data[at : at + RECORD] for at in range(0, len(data), RECORD))


def _record(record: bytes, move: Move) -> bytes:
    selector, *numbers = struct.unpack(">H6i", record)
    if selector not in KNOTS:
        return record
    points = [move(across / ONE, down / ONE) for down, across in zip(numbers[::2], numbers[1::2], strict=True)]
    return struct.pack(">H6i", selector, *(_fixed(share) for across, down in points for share in (down, across)))


def _fixed(share: float) -> int:
    return max(-FARTHEST, min(FARTHEST, round(share * ONE)))
