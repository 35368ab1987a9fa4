"""What a model is, in numbers: its size in metres, its surface, its parts. From the plain GLB, exactly."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from runtime.refusal import Refused
from services.render.model.accessors import Array
from services.render.model.container import AGAIN, Gltf
from services.render.model.geometry import Part, parts_of, posed
from services.render.model.scene import walk


@dataclass(frozen=True)
class Measures:
    """Lengths in metres, as glTF has them: width (x), height (y), depth (z)."""

    size_m: tuple[float, float, float]
    low: tuple[float, float, float]
    triangles: int
    vertices: int
    meshes: int
    materials: int
    textures: int
    animations: int
    skins: int

    def facts(self) -> dict[str, Any]:
        """As plain values; the corner is of no use to people."""
        fields = asdict(self)
        del fields["low"]
        return {**fields, "size_m": list(self.size_m)}


@dataclass(frozen=True)
class Shape:
    """A part where it stands. skinned: `points` are the scene's already, posed by bones; else the node's own."""

    node: int
    part: Part
    points: Array
    normals: Array | None
    skinned: bool


def shapes(gltf: Gltf) -> list[Shape]:
    """All parts of the scene that have a surface. Raises Refused for broken ones."""
    placed = list(walk(gltf))
    worlds = {one.node: one.world for one in placed}
    found = []
    for one in placed:
        node = gltf.one("nodes", one.node)
        if "mesh" not in node:
            continue
        for part in parts_of(gltf, node["mesh"], node.get("weights")):
            skin = node.get("skin")
            if skin is None or part.joints is None:
                found.append(Shape(one.node, part, part.points, part.normals, skinned=False))
            else:
                found.append(Shape(one.node, part, *posed(gltf, part, skin, worlds), skinned=True))
    return found


def measure(gltf: Gltf) -> Measures:
    """Raises Refused when nothing has a size."""
    worlds = {one.node: one.world for one in walk(gltf)}
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    triangles = vertices = 0
    for shape in shapes(gltf):
        used = shape.points[np.unique(shape.part.triangles)] if len(shape.part.triangles) else shape.points[:0]
        if not len(used):
            continue
        world = np.eye(4) if shape.skinned else worlds[shape.node]
        points = used @ world[:3, :3].T + world[:3, 3]
        low, high = np.minimum(low, points.min(axis=0)), np.maximum(high, points.max(axis=0))
        triangles += len(shape.part.triangles)
        vertices += len(used)
    size = high - low
    if not np.isfinite(size).all() or not size.max() > 0:
        raise Refused("The model has no size: all its points are at one place.", AGAIN)
    counts = {name: len(gltf.all(name)) for name in ("meshes", "materials", "animations", "skins")}
    return Measures(
        _metres(size), _metres(low), triangles, vertices, **counts, textures=len(gltf.all("images"))
    )  # fmt: skip


def _metres(values: Array) -> tuple[float, float, float]:
    x, y, z = (round(float(value), 6) for value in values)
    return x, y, z
