"""How hard a JPEG was squeezed: read from its quantisation tables, no pixel is decoded."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

START, SCAN, TABLES = b"\xff\xd8", 0xDA, 0xDB
HEAD = 1_000_000
"""Bytes looked at: profiles and thumbnails may stand before the tables."""

_STEPS = np.array(
    [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
     87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
     72, 92, 95, 98, 112, 100, 103, 99], np.float64,
)  # fmt: skip
"""The standard's table for brightness, which encoders scale (ITU-T T.81, K.1)."""


def quality(path: Path) -> int | None:
    """1..100 on the scale that encoders commonly have; None for what is no JPEG or tells nothing."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    steps = next(_tables(head), None)
    if steps is None:
        return None
    # The mean over the table does not mind that it is stored in another order.
    scale = 100 * float(steps.sum() / _STEPS.sum())
    estimate = (200 - scale) / 2 if scale <= 100 else 5000 / scale
    return round(min(max(estimate, 1.0), 100.0))


def _tables(head: bytes) -> Iterator[NDArray[np.float64]]:
    for marker, body in _segments(head):
        at = 0
        while marker == TABLES and at < len(body):
            wide, number = body[at] >> 4, body[at] & 15
            size = 128 if wide else 64
            values = body[at + 1 : at + 1 + size]
            if len(values) == size and number == 0:
                yield np.frombuffer(values, ">u2" if wide else "u1").astype(np.float64)
            at += 1 + size


def _segments(head: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and body of each segment before the picture itself."""
    at = 2 if head.startswith(START) else len(head)
    while at + 4 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        size = int.from_bytes(head[at + 2 : at + 4], "big")
        if marker == SCAN or size < 2:
            return
        yield marker, head[at + 4 : at + 2 + size]
        at += 2 + size
