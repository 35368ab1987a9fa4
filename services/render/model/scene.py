"""The tree of nodes: which mesh stands where."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from runtime.refusal import Refused
from services.render.model.accessors import Array
from services.render.model.container import AGAIN, Gltf
from services.render.model.limits import MAX_DEPTH, MAX_NODES


@dataclass(frozen=True)
class Placed:
    """One node of the scene. world: 4 x 4, for column vectors; parent: the index of the node above, None at the top."""

    node: int
    parent: int | None
    local: Array
    world: Array


def roots(gltf: Gltf) -> list[int]:
    """The top nodes of the scene that is shown; of all scenes' absence: the nodes that are no child."""
    if scenes := gltf.all("scenes"):
        scene = gltf.one("scenes", gltf.document.get("scene", 0)) if "scene" in gltf.document else scenes[0]
        return list(scene.get("nodes", []))
    children = {child for node in gltf.all("nodes") for child in node.get("children", [])}
    return [index for index in range(len(gltf.all("nodes"))) if index not in children]


def walk(gltf: Gltf) -> Iterator[Placed]:
    """Each node of the scene, parents first. Raises Refused for rings, for two parents and for trees beyond bounds."""
    seen: set[int] = set()
    stack: list[tuple[Any, int | None, Array, int]] = [(root, None, np.eye(4), 1) for root in reversed(roots(gltf))]
    while stack:
        index, parent, above, depth = stack.pop()
        node = gltf.one("nodes", index)
        if index in seen:
            raise Refused(f"nodes[{index}] of the model has two parents, or is its own.", AGAIN)
        if len(seen) >= MAX_NODES or depth > MAX_DEPTH:
            raise Refused(
                f"The model has more than {MAX_NODES} nodes, or over {MAX_DEPTH} below each other.",
                "Join its parts before the export.",
            )
        seen.add(index)
        local = matrix_of(node)
        world = above @ local
        yield Placed(index, parent, local, world)
        children = node.get("children", [])
        if not isinstance(children, list):
            raise Refused(f"nodes[{index}] of the model has no list of children.", AGAIN)
        stack.extend((child, index, world, depth + 1) for child in reversed(children))


def matrix_of(node: dict[str, Any]) -> Array:
    """A node's own transformation. Raises Refused when its numbers are not."""
    if "matrix" in node:
        return _floats(node["matrix"], 16).reshape(4, 4).T
    move, turn, size = (_floats(node.get(name, default), len(default)) for name, default in _PARTS.items())
    x, y, z, w = turn
    result = np.eye(4)
    result[:3, :3] = (
        np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
            ]
        )
        * size
    )
    result[:3, 3] = move
    return result


_PARTS: dict[str, tuple[float, ...]] = {
    "translation": (0, 0, 0), "rotation": (0, 0, 0, 1), "scale": (1, 1, 1),
}  # fmt: skip


def _floats(values: Any, count: int) -> Array:
    if not isinstance(values, list | tuple) or len(values) != count:
        raise Refused("A node of the model has a transformation of the wrong length.", AGAIN)
    try:
        result = np.array(values, np.float64)
    except (TypeError, ValueError) as error:
        raise Refused("A node of the model has a transformation that is not of numbers.", AGAIN) from error
    if not np.isfinite(result).all():
        raise Refused("A node of the model has a transformation without bounds.", AGAIN)
    return result
