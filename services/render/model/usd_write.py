"""The plain GLB as USDZ for iOS: nodes, meshes, materials, textures; a metre stays a metre."""

from pathlib import Path
from typing import Any

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade, UsdUtils, Vt

from services.render.model.accessors import Array
from services.render.model.container import Gltf
from services.render.model.measure import Shape, shapes
from services.render.model.scene import walk
from services.render.model.usd_materials import Look, Looks, Uv
from services.render.model.zip_times import without_clock

ROOT = "/Model"


def write_usdz(gltf: Gltf, files: dict[int, Path], out: Path) -> None:
    """Write `out`. files: image → its PNG or JPEG, in the same folder tree as `out`.

    Bones and animations are not carried over: the model stands in its first pose.
    """
    layer = out.with_suffix(".usdc")
    stage = Usd.Stage.CreateNew(str(layer))
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, ROOT).GetPrim())
    UsdGeom.Scope.Define(stage, f"{ROOT}/Materials")
    paths = _nodes(stage, gltf)
    looks = Looks(stage, gltf, ROOT, {index: file.name for index, file in files.items()})
    for number, shape in enumerate(shapes(gltf)):
        if len(shape.part.triangles):
            _mesh(stage, gltf, looks, shape, f"{ROOT if shape.skinned else paths[shape.node]}/mesh_{number}")
    stage.GetRootLayer().Save()
    del stage
    if not UsdUtils.CreateNewARKitUsdzPackage(Sdf.AssetPath(str(layer)), str(out)):
        raise RuntimeError("the USDZ package was not written")
    without_clock(out)


def _nodes(stage: Usd.Stage, gltf: Gltf) -> dict[int, str]:
    """Writes a prim a node, below its parent; node → path."""
    paths: dict[int, str] = {}
    for placed in walk(gltf):
        above = ROOT if placed.parent is None else paths[placed.parent]
        paths[placed.node] = f"{above}/node_{placed.node}"
        prim = UsdGeom.Xform.Define(stage, paths[placed.node])
        if not np.array_equal(placed.local, np.eye(4)):
            # USD multiplies rows from the left: the transposed matrix.
            prim.AddTransformOp().Set(Gf.Matrix4d(*placed.local.T.flatten().tolist()))
    return paths


def _mesh(stage: Usd.Stage, gltf: Gltf, looks: Looks, shape: Shape, path: str) -> None:
    part = shape.part
    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreatePointsAttr(_array(Vt.Vec3fArray, shape.points))
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(len(part.triangles), 3, np.int32)))
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(part.triangles.astype(np.int32).ravel()))
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreateExtentAttr(_array(Vt.Vec3fArray, np.stack([shape.points.min(axis=0), shape.points.max(axis=0)])))
    if shape.normals is not None:
        mesh.CreateNormalsAttr(_array(Vt.Vec3fArray, shape.normals))
        mesh.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    look = looks.look(part.material, vertex_colours=part.colours is not None)
    mesh.CreateDoubleSidedAttr(look.double_sided)
    _primvars(gltf, mesh, shape, look)
    UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(look.material)


def _primvars(gltf: Gltf, mesh: UsdGeom.Mesh, shape: Shape, look: Look) -> None:
    primvars = UsdGeom.PrimvarsAPI(mesh)
    if shape.part.colours is not None:
        colours = shape.part.colours[:, :3] * _factor(gltf, shape.part.material)
        made = primvars.CreatePrimvar("displayColor", Sdf.ValueTypeNames.Color3fArray, UsdGeom.Tokens.vertex)
        made.Set(_array(Vt.Vec3fArray, colours))
    for name, uv in look.uvs.items():
        values = shape.part.uvs.get(uv.number, np.zeros((len(shape.points), 2), np.float32))
        made = primvars.CreatePrimvar(name, Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.vertex)
        made.Set(_array(Vt.Vec2fArray, placed_uvs(values, uv)))


def placed_uvs(values: Array, uv: Uv) -> Array:
    """Coordinates as USD wants them: the texture's transformation done, the origin at the bottom left."""
    scaled = values * np.array(uv.scale)
    cos, sin = np.cos(uv.rotation), np.sin(uv.rotation)
    turned = np.stack([scaled[:, 0] * cos + scaled[:, 1] * sin, scaled[:, 1] * cos - scaled[:, 0] * sin], axis=1)
    moved = turned + np.array(uv.offset)
    return np.stack([moved[:, 0], 1.0 - moved[:, 1]], axis=1)


def _factor(gltf: Gltf, material: int | None) -> Array:
    given = {} if material is None else gltf.one("materials", material)
    factor = (given.get("pbrMetallicRoughness") or {}).get("baseColorFactor", [1, 1, 1, 1])
    return np.array(factor[:3], np.float32)


def _array(kind: Any, values: Array) -> Any:
    return kind.FromNumpy(np.ascontiguousarray(values, np.float32))
