"""A USDZ as GLB, so that it takes the same way as every other model. Animations are left behind."""

import posixpath
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from pxr import Sdf, Tf, Usd, UsdGeom, UsdShade

from runtime.refusal import Refused
from services.render.model.accessors import Array
from services.render.model.glb_write import GlbWriter
from services.render.model.limits import MAX_TRIANGLES
from services.render.model.package import AGAIN, open_package
from services.render.model.usd_surface import Surfaces

Z_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], float)  # what was up along z is up along y


def usdz_to_glb(path: Path, out: Path) -> None:
    """Writes `out`. path: must end in `.usdz`. Raises Refused for what leads outside, or has no surface."""
    names = open_package(path)
    try:
        _closed(path, names)
        stage = Usd.Stage.Open(f"{path}")
        writer = GlbWriter()
        with zipfile.ZipFile(path) as archive:
            _meshes(stage, writer, Surfaces(stage, archive, set(names), writer))
    except Tf.ErrorException as error:
        raise Refused("The USDZ package cannot be read.", AGAIN) from error
    out.write_bytes(writer.finish())


def _closed(path: Path, names: list[str]) -> None:
    """Raises Refused when a layer asks for a layer that is not in the package; nothing is composed before."""
    known, waiting, seen = set(names), [names[0]], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        layer = Sdf.Layer.FindOrOpen(f"{path}" if name == names[0] else f"{path}[{name}]")
        if layer is None:
            raise Refused(f"{name[:80]!r} in the USDZ package cannot be read.", AGAIN)
        for wanted in layer.GetCompositionAssetDependencies():
            inner = posixpath.normpath(posixpath.join(posixpath.dirname(name), wanted))
            if inner not in known:
                raise Refused(f"The model refers to {wanted[:80]!r}, which is outside of the file.", AGAIN)
            waiting.append(inner)


def _meshes(stage: Usd.Stage, writer: GlbWriter, surfaces: Surfaces) -> None:
    cache = UsdGeom.XformCache(Usd.TimeCode.EarliestTime())
    metres = UsdGeom.GetStageMetersPerUnit(stage)
    turn = Z_UP if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.z else np.eye(3)
    triangles = 0
    for prim in stage.Traverse(Usd.TraverseInstanceProxies()):
        if not prim.IsA(UsdGeom.Mesh) or UsdGeom.Imageable(prim).ComputeVisibility() == UsdGeom.Tokens.invisible:
            continue
        mesh = UsdGeom.Mesh(prim)
        world = np.array(cache.GetLocalToWorldTransform(prim))
        for part in _parts(mesh):
            corners = Corners(mesh, part)
            triangles += len(corners.points) // 3
            if triangles > MAX_TRIANGLES:
                raise Refused(f"The model has more than {MAX_TRIANGLES} triangles.", "Decimate it before the export.")
            points = (corners.points @ world[:3, :3] + world[3, :3]) * metres @ turn.T
            normals = None
            if corners.normals is not None:
                normals = _unit(corners.normals @ np.linalg.pinv(world[:3, :3]).T @ turn.T)
            material = surfaces.material(part.GetPrim(), double_sided=bool(mesh.GetDoubleSidedAttr().Get()))
            uvs = corners.primvar(surfaces.uv_name(material), 2)
            if len(points):
                writer.mesh(points, normals, uvs, material)
    if not triangles:
        raise Refused("The model has no surface: nothing of it could be seen.", "Export its scene with meshes.")


def _parts(mesh: UsdGeom.Mesh) -> list[Any]:
    """The mesh itself, or its subsets where materials are bound to faces."""
    subsets = UsdShade.MaterialBindingAPI(mesh.GetPrim()).GetMaterialBindSubsets()
    return list(subsets) or [mesh]


class Corners:
    """A mesh as loose triangles: one entry a corner, in order. points (3n, 3) in the mesh's own space."""

    def __init__(self, mesh: UsdGeom.Mesh, part: Any) -> None:
        self._mesh, time = mesh, Usd.TimeCode.EarliestTime()
        counts = np.array(mesh.GetFaceVertexCountsAttr().Get(time) or [], np.int64)
        self._order = np.array(mesh.GetFaceVertexIndicesAttr().Get(time) or [], np.int64)
        points = np.array(mesh.GetPointsAttr().Get(time) or [], float).reshape(-1, 3)
        if (counts < 0).any() or counts.sum() != len(self._order):
            raise Refused("A mesh of the model has faces that do not fit its points.", AGAIN)
        if len(self._order) and not 0 <= self._order.min() <= self._order.max() < len(points):
            raise Refused("A mesh of the model names points that it does not have.", AGAIN)
        faces = np.arange(len(counts))
        if isinstance(part, UsdGeom.Subset):
            faces = np.array(part.GetIndicesAttr().Get(time) or [], np.int64)
            if len(faces) and not 0 <= faces.min() <= faces.max() < len(counts):
                raise Refused("A part of the model names faces that it does not have.", AGAIN)
        self._faces, self._at = _fans(counts, faces)
        if UsdGeom.Tokens.leftHanded == mesh.GetOrientationAttr().Get():
            self._at = self._at.reshape(-1, 3)[:, ::-1].ravel()
        self.points = points[self._order[self._at]]
        self.normals = self.primvar("normals", 3)
        if self.normals is None and (found := mesh.GetNormalsAttr().Get(time)):
            self.normals = self._spread(np.array(found, float), mesh.GetNormalsInterpolation())

    def primvar(self, name: str, width: int) -> Array | None:
        """A primvar's values, one a corner; None where it is not there or does not fit."""
        primvar = UsdGeom.PrimvarsAPI(self._mesh).FindPrimvarWithInheritance(name)
        values = primvar.ComputeFlattened(Usd.TimeCode.EarliestTime()) if primvar and primvar.HasValue() else None
        if values is None:
            return None
        array = np.array(values, float)
        return self._spread(array, primvar.GetInterpolation()) if array.shape[1:] == (width,) else None

    def _spread(self, values: Array, interpolation: str) -> Array | None:
        where = {
            UsdGeom.Tokens.vertex: self._order[self._at],
            UsdGeom.Tokens.varying: self._order[self._at],
            UsdGeom.Tokens.faceVarying: self._at,
            UsdGeom.Tokens.uniform: self._faces,
            UsdGeom.Tokens.constant: np.zeros(len(self._at), np.int64),
        }.get(interpolation)
        if where is None or (len(where) and where.max() >= len(values)):
            return None
        found: Array = values[where]
        return found


def _fans(counts: Array, faces: Array) -> tuple[Array, Array]:
    """Each polygon as a fan: for every corner of every triangle its face and its place in the list of corners."""
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else np.zeros(0, np.int64)
    made = np.maximum(counts[faces] - 2, 0)
    face = np.repeat(faces, made)
    step = np.arange(made.sum()) - np.repeat(np.cumsum(made) - made, made)
    first = starts[face] if len(face) else np.zeros(0, np.int64)
    corners = np.stack([first, first + step + 1, first + step + 2], axis=1).ravel()
    return np.repeat(face, 3), corners.astype(np.int64)


def _unit(vectors: Array) -> Array:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Array = np.where(lengths > 0, vectors / np.maximum(lengths, 1e-12), [0.0, 1.0, 0.0])
    return result
