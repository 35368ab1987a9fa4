"""Read a TensorFlow Lite file: its operators and tensors, without TensorFlow.

The file is a flatbuffer. Only the fields that the converter needs are named here, by their place in TensorFlow Lite's
published schema (version 3).
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"TFL3"
TYPES: dict[int, np.dtype[Any]] = {
    0: np.dtype("<f4"), 1: np.dtype("<f2"), 2: np.dtype("<i4"), 3: np.dtype("u1"), 4: np.dtype("<i8"),
}  # fmt: skip


class BadTflite(Exception):
    """The file is not a TensorFlow Lite model, or is cut off."""


@dataclass(frozen=True)
class Tensor:
    """value: its numbers where the file holds them; None for what is computed."""

    name: str
    shape: tuple[int, ...]
    value: NDArray[Any] | None


@dataclass(frozen=True)
class Operator:
    """code: the number of a built-in operator; options: its own table; inputs and outputs: tensors by number."""

    code: int
    options: "Table | None"
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True)
class Network:
    """A whole model; operators in the order they run."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class Table:
    """One table of a flatbuffer; fields are asked for by their place in the schema."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at
        self._fields = at - struct.unpack_from("<i", data, at)[0]

    def number(self, field: int, form: str, default: int = 0) -> int:
        """A scalar; form: as in `struct`."""
        place = self._place(field)
        return int(struct.unpack_from(f"<{form}", self._data, place)[0]) if place else default

    def table(self, field: int) -> "Table | None":
        """A table within."""
        place = self._place(field)
        return Table(self._data, self._follow(place)) if place else None

    def tables(self, field: int) -> list["Table"]:
        """A list of tables."""
        count, first = self._vector(field)
        return [Table(self._data, self._follow(first + 4 * number)) for number in range(count)]

    def numbers(self, field: int, form: str = "<i4") -> NDArray[Any]:
        """A list of scalars."""
        count, first = self._vector(field)
        return np.frombuffer(self._data, form, count, first)

    def text(self, field: int) -> str:
        """A string."""
        return self.numbers(field, "u1").tobytes().decode()

    def _place(self, field: int) -> int:
        """Where the field's value is; 0 where it has its default."""
        length, entry = struct.unpack_from("<H", self._data, self._fields)[0], 4 + 2 * field
        offset = struct.unpack_from("<H", self._data, self._fields + entry)[0] if entry < length else 0
        return self._at + offset if offset else 0

    def _follow(self, place: int) -> int:
        return place + int(struct.unpack_from("<I", self._data, place)[0])

    def _vector(self, field: int) -> tuple[int, int]:
        place = self._place(field)
        if not place:
            return 0, 0
        start = self._follow(place)
        return int(struct.unpack_from("<I", self._data, start)[0]), start + 4


def read(data: bytes) -> Network:
    """Raises BadTflite."""
    if data[4:8] != MAGIC:
        raise BadTflite("it does not begin as a TensorFlow Lite model does")
    try:
        return _network(Table(data, struct.unpack_from("<I", data, 0)[0]))
    except (struct.error, ValueError, IndexError, KeyError) as error:
        raise BadTflite(f"it is damaged: {error}") from error


def _network(model: Table) -> Network:
    # Old files keep the operator's number in field 0, newer ones in field 3; the larger is the right one.
    codes = [max(code.number(0, "b"), code.number(3, "i")) for code in model.tables(1)]
    buffers = [buffer.numbers(0, "u1") for buffer in model.tables(4)]
    graph = model.tables(2)[0]
    tensors = tuple(_tensor(tensor, buffers) for tensor in graph.tables(0))
    operators = tuple(
        Operator(codes[one.number(0, "I")], one.table(4), _ints(one, 1), _ints(one, 2)) for one in graph.tables(3)
    )
    return Network(tensors, operators, _ints(graph, 1), _ints(graph, 2))


def _ints(table: Table, field: int) -> tuple[int, ...]:
    return tuple(int(number) for number in table.numbers(field))


def _tensor(tensor: Table, buffers: list[NDArray[Any]]) -> Tensor:
    shape, buffer = _ints(tensor, 0), buffers[tensor.number(2, "I")]
    value = buffer.view(TYPES[tensor.number(1, "b")]).reshape(shape) if buffer.size else None
    return Tensor(tensor.text(3), shape, value)
