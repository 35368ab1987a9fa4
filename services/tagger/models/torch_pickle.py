"""Read the tensors of a legacy torch checkpoint without torch.

A pickle is a program. This reader runs only the four names that a state dict needs; any other name ends the reading,
so a swapped weight file cannot execute anything.
"""

import collections
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
STORAGES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

Tensor = NDArray[Any]


class BadCheckpoint(Exception):
    """The file is not a legacy torch state dict, or asks for something that a state dict never needs."""


@dataclass(frozen=True)
class _Storage:
    key: str
    dtype: np.dtype[Any]
    count: int


@dataclass(frozen=True)
class _View:
    """A tensor before its numbers are read: they follow the pickle in the file."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild(storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object) -> _View:
    return _View(storage, offset, shape, strides)


class _StateDict(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        raise BadCheckpoint(f"the checkpoint asks for {module}.{name}, which no weights need")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _location, count, _view = pid
        if kind != "storage" or dtype not in STORAGES.values():
            raise BadCheckpoint(f"the checkpoint holds a {kind!r}, which is not a plain storage")
        return _Storage(str(key), dtype, int(count))


def _numbers(file: IO[bytes], storage: _Storage) -> Tensor:
    count = int(np.frombuffer(file.read(8), "<i8")[0])
    data = file.read(count * storage.dtype.itemsize)
    if count != storage.count or len(data) != count * storage.dtype.itemsize:
        raise BadCheckpoint(f"storage {storage.key} should hold {storage.count} numbers, the file has {count}")
    return np.frombuffer(data, storage.dtype)


def _tensor(numbers: Tensor, view: _View) -> Tensor:
    size = view.storage.dtype.itemsize
    reach = view.offset + sum((n - 1) * s for n, s in zip(view.shape, view.strides, strict=True)) + 1
    if view.offset < 0 or any(s < 0 for s in view.strides) or reach > len(numbers):
        raise BadCheckpoint(f"a tensor of shape {view.shape} reaches outside its storage")
    bytes_apart = tuple(s * size for s in view.strides)
    # Checkpoints that came from TensorFlow keep its memory order, so the strides matter.
    return np.lib.stride_tricks.as_strided(numbers[view.offset :], view.shape, bytes_apart).copy()


def read(path: Path) -> dict[str, Tensor]:
    """All tensors of the checkpoint by name, float32 or int64, C-contiguous. Raises BadCheckpoint."""
    with path.open("rb") as file:
        try:
            heads = [_StateDict(file).load() for _ in range(3)]
            views: dict[str, _View] = _StateDict(file).load()
            keys: list[str] = _StateDict(file).load()
        except (pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError) as error:
            raise BadCheckpoint(f"{path.name} is not a legacy torch checkpoint: {error}") from error
        if heads[:2] != [MAGIC, PROTOCOL] or not heads[2].get("little_endian"):
            raise BadCheckpoint(f"{path.name} is not a little-endian legacy torch checkpoint")
        storages = {view.storage.key: view.storage for view in views.values()}
        numbers = {key: _numbers(file, storages[key]) for key in keys}
    return {name: _tensor(numbers[view.storage.key], view) for name, view in views.items()}
