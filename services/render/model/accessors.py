"""Numbers of a model as arrays: accessors with strides, normalised integers and sparse parts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.refusal import Refused
from services.render.model.container import AGAIN, Gltf, number
from services.render.model.limits import MAX_VERTICES

TYPES: dict[int, type[np.generic]] = {
    5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32,
}  # fmt: skip
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
# An index has up to six entries a vertex in real meshes; more is a slip or an attack.
MAX_COUNT = 6 * MAX_VERTICES

Array = NDArray[Any]


def shape_of(accessor: dict[str, Any]) -> tuple[np.dtype[Any], int, int]:
    """Component type, components an element, elements. Raises Refused for types that glTF does not have."""
    kind, width = TYPES.get(accessor.get("componentType", 0)), WIDTHS.get(str(accessor.get("type")))
    if kind is None or width is None:
        raise Refused("An accessor of the model has a type that glTF does not know.", AGAIN)
    count = number(accessor, "count")
    if not 0 < count <= MAX_COUNT:
        raise Refused(f"An accessor of the model has {count} elements.", AGAIN)
    return np.dtype(kind), width, count


def read_accessor(gltf: Gltf, index: Any) -> Array:
    """Array (count, components), as stored; floats for normalised integers. Raises Refused when it reaches beyond."""
    accessor = gltf.one("accessors", index)
    kind, width, count = shape_of(accessor)
    values = np.zeros((count, width), kind)
    if "bufferView" in accessor:
        values = _elements(gltf, accessor["bufferView"], number(accessor, "byteOffset", 0), kind, width, count)
    sparse = accessor.get("sparse")
    if isinstance(sparse, dict):
        values = _with_sparse(gltf, values.copy(), sparse)
    if accessor.get("normalized") and kind.kind in "iu":
        return np.maximum(values.astype(np.float32) / np.iinfo(kind).max, -1.0)
    return values


def _elements(gltf: Gltf, view: Any, begin: int, kind: np.dtype[Any], width: int, count: int) -> Array:
    data = gltf.view(view)
    size = kind.itemsize * width
    stride = number(gltf.one("bufferViews", view), "byteStride", 0) or size
    if stride < size or begin + stride * (count - 1) + size > len(data):
        raise Refused(f"An accessor of the model reaches beyond bufferViews[{view}].", AGAIN)
    raw = np.frombuffer(data, np.uint8)[begin:]
    rows = np.lib.stride_tricks.as_strided(raw, (count, size), (stride, 1))
    return np.ascontiguousarray(rows).view(kind).reshape(count, width)


def _with_sparse(gltf: Gltf, values: Array, sparse: dict[str, Any]) -> Array:
    count = number(sparse, "count")
    indices, replaced = sparse.get("indices"), sparse.get("values")
    if not isinstance(indices, dict) or not isinstance(replaced, dict) or not 0 < count <= len(values):
        raise Refused("A sparse accessor of the model is not whole.", AGAIN)
    kind = TYPES.get(indices.get("componentType", 0))
    if kind is None:
        raise Refused("A sparse accessor of the model has an unknown type.", AGAIN)
    where = _elements(gltf, indices.get("bufferView"), number(indices, "byteOffset", 0), np.dtype(kind), 1, count)[:, 0]
    if int(where.max()) >= len(values):
        raise Refused("A sparse accessor of the model reaches beyond its elements.", AGAIN)
    begin = number(replaced, "byteOffset", 0)
    values[where] = _elements(gltf, replaced.get("bufferView"), begin, values.dtype, values.shape[1], count)
    return values
