"""How much of an AVI is there, by the sizes of its own chunks.

Its frame count is no help: it counts empty chunks too, which stand for "the frame before, once more" and never arrive.
AVI 1.0 is one `RIFF` with one `movi` list; larger files (OpenDML) go on in further ones.
"""

import struct
from pathlib import Path

HEAD = struct.Struct("<4sI4s")
MOST_CHUNKS = 10_000
"""At the top and right below: a dozen are usual."""


def missing(path: Path) -> float:
    """The share of its frames' bytes that the file has not, 0 to 1. An unfinished one does not tell: 0."""
    size, at = path.stat().st_size, 0
    declared = held = 0
    with path.open("rb") as file:
        for _ in range(MOST_CHUNKS):
            file.seek(at)
            head = file.read(HEAD.size)
            if len(head) < HEAD.size:
                break
            name, length, kind = HEAD.unpack(head)
            if name == b"LIST" and kind == b"movi":
                declared += length
                held += min(length, size - at - 8)
            at += HEAD.size if name == b"RIFF" else 8 + length + length % 2
    return 1 - held / declared if declared else 0.0
