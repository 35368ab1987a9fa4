"""Triangles of a mesh as arrays, whatever way the file lists them, in the pose in which it stands."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from runtime.refusal import Refused
from services.render.model.accessors import Array, read_accessor
from services.render.model.container import AGAIN, Gltf

POINTS_AND_LINES = {0, 1, 2, 3}
STRIP, FAN = 5, 6


@dataclass
class Part:
    """One primitive. points (n, 3) in the mesh's own space, triangles (m, 3) indices of points."""

    points: Array
    triangles: Array
    material: int | None
    normals: Array | None = None
    colours: Array | None = None  # (n, 4), 0 … 1, linear
    uvs: dict[int, Array] = field(default_factory=dict)  # set → (n, 2), origin top left
    joints: Array | None = None
    weights: Array | None = None


def parts_of(gltf: Gltf, mesh: int, weights: list[float] | None = None) -> list[Part]:
    """The parts of a mesh that have a surface. weights: of the morph targets. Raises Refused for broken ones."""
    found = gltf.one("meshes", mesh)
    primitives = found.get("primitives", [])
    if not isinstance(primitives, list):
        raise Refused(f"meshes[{mesh}] of the model has no list of primitives.", AGAIN)
    parts = (_part(gltf, primitive, weights or found.get("weights") or []) for primitive in primitives)
    return [part for part in parts if part is not None]


def _part(gltf: Gltf, primitive: dict[str, Any], weights: list[float]) -> Part | None:
    attributes, mode = primitive.get("attributes", {}), primitive.get("mode", 4)
    if mode in POINTS_AND_LINES or "POSITION" not in attributes:
        return None
    points = _vectors(gltf, attributes["POSITION"], 3)
    if not np.isfinite(points).all():
        raise Refused("A mesh of the model has points at no place (not a number).", AGAIN)
    targets = primitive.get("targets", [])
    for weight, target in zip(weights, targets, strict=False):
        if weight and "POSITION" in target:
            points = points + np.float32(weight) * _same(_vectors(gltf, target["POSITION"], 3), points)
    part = Part(points, _triangles(gltf, primitive, mode, len(points)), primitive.get("material"))
    if part.material is not None:
        gltf.one("materials", part.material)
    _fill(gltf, part, attributes)
    return part


def _fill(gltf: Gltf, part: Part, attributes: dict[str, Any]) -> None:
    if "NORMAL" in attributes:
        part.normals = _same(_vectors(gltf, attributes["NORMAL"], 3), part.points)
    if "COLOR_0" in attributes:
        colours = _same(read_accessor(gltf, attributes["COLOR_0"]).astype(np.float32), part.points)
        part.colours = np.ones((len(colours), 4), np.float32)
        part.colours[:, : min(4, colours.shape[1])] = colours[:, :4]
    for number in range(4):
        if (name := f"TEXCOORD_{number}") in attributes:
            part.uvs[number] = _same(_vectors(gltf, attributes[name], 2), part.points)
    if "JOINTS_0" in attributes and "WEIGHTS_0" in attributes:
        part.joints = _same(read_accessor(gltf, attributes["JOINTS_0"]), part.points)
        part.weights = _same(_vectors(gltf, attributes["WEIGHTS_0"], 4), part.points)


def _vectors(gltf: Gltf, accessor: Any, width: int) -> Array:
    values = read_accessor(gltf, accessor)
    if values.shape[1] != width:
        raise Refused(f"accessors[{accessor}] of the model has {values.shape[1]} components instead of {width}.", AGAIN)
    return values.astype(np.float32)


def _same(values: Array, points: Array) -> Array:
    if len(values) != len(points):
        raise Refused("A mesh of the model has attributes of different lengths.", AGAIN)
    return values


def _triangles(gltf: Gltf, primitive: dict[str, Any], mode: int, count: int) -> Array:
    if "indices" in primitive:
        order = read_accessor(gltf, primitive["indices"])[:, 0].astype(np.int64)
        if int(order.max()) >= count or int(order.min()) < 0:
            raise Refused(f"A mesh of the model has {count} points and names point {int(order.max())}.", AGAIN)
    else:
        order = np.arange(count)
    if mode == STRIP:
        steps = np.arange(max(0, len(order) - 2))
        swap = steps % 2
        return np.stack([order[steps], order[steps + 1 + swap], order[steps + 2 - swap]], axis=1)
    if mode == FAN:
        steps = np.arange(1, max(1, len(order) - 1))
        return np.stack([np.full(len(steps), order[0]), order[steps], order[steps + 1]], axis=1)
    return order[: len(order) // 3 * 3].reshape(-1, 3)


def posed(gltf: Gltf, part: Part, skin: int, worlds: dict[int, Array]) -> tuple[Array, Array | None]:
    """Points and normals in the scene's space where its bones hold them. worlds: node → its matrix."""
    found = gltf.one("skins", skin)
    joints = found.get("joints", [])
    if part.joints is None or part.weights is None or not joints or int(part.joints.max()) >= len(joints):
        raise Refused("A skin of the model does not fit its mesh.", AGAIN)
    binds = np.tile(np.eye(4), (len(joints), 1, 1))
    if "inverseBindMatrices" in found:
        read = read_accessor(gltf, found["inverseBindMatrices"])
        if read.shape[1] != 16 or len(read) < len(joints):
            raise Refused("A skin of the model has too few matrices.", AGAIN)
        binds = read[: len(joints)].reshape(-1, 4, 4).transpose(0, 2, 1)
    bones = np.stack([worlds.get(joint, np.eye(4)) for joint in joints]) @ binds
    mixed = np.einsum("nk,nkij->nij", part.weights, bones[part.joints.astype(np.int64)])
    points = np.einsum("nij,nj->ni", mixed[:, :3, :3], part.points) + mixed[:, :3, 3]
    normals = None if part.normals is None else np.einsum("nij,nj->ni", mixed[:, :3, :3], part.normals)
    return points, normals
