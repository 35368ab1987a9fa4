"""Own checks of a model's structure, before any library of others sees it: references, sizes, rings, bounds."""

from typing import Any

from runtime.refusal import Refused
from services.render.model import limits
from services.render.model.accessors import shape_of
from services.render.model.check_materials import check_materials
from services.render.model.container import AGAIN, Gltf, number
from services.render.model.scene import walk

_PACKED = ("KHR_draco_mesh_compression", "EXT_meshopt_compression")


def check(gltf: Gltf) -> None:
    """Raise Refused when the structure does not hold, or passes a bound."""
    try:
        _extensions(gltf)
        _views(gltf)
        _accessors(gltf)
        check_materials(gltf)
        placed = [gltf.one("nodes", one.node).get("mesh") for one in walk(gltf)]
        _surface(gltf, [mesh for mesh in placed if mesh is not None])
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        # Lists where objects should be, words where numbers should be: the JSON is of another shape than glTF's.
        raise Refused("The model's JSON is not built as glTF is.", AGAIN) from error


def _extensions(gltf: Gltf) -> None:
    for name in gltf.document.get("extensionsRequired", []):
        if name == "KHR_texture_basisu":
            raise Refused("The model's textures are KTX2 (Basis).", "Export it with PNG, JPEG or WebP textures.")
        if name not in limits.EXTENSIONS:
            raise Refused(f"The model needs {str(name)[:60]!r}, which is not known here.", "Export it without that.")


def _views(gltf: Gltf) -> None:
    for index, view in enumerate(gltf.all("bufferViews")):
        buffer = gltf.one("buffers", view.get("buffer"))
        end = number(view, "byteOffset", 0) + number(view, "byteLength")
        if end > number(buffer, "byteLength"):
            raise Refused(f"bufferViews[{index}] of the model reaches beyond its buffer.", AGAIN)


def _accessors(gltf: Gltf) -> None:
    accessors = gltf.all("accessors")
    if len(accessors) > limits.MAX_ACCESSORS:
        raise Refused(f"The model has {len(accessors)} accessors.", "Join its meshes before the export.")
    for index, accessor in enumerate(accessors):
        kind, width, count = shape_of(accessor)
        if "bufferView" not in accessor:
            continue
        view = gltf.one("bufferViews", accessor["bufferView"])
        size = kind.itemsize * width
        stride = number(view, "byteStride", 0) or size
        end = number(accessor, "byteOffset", 0) + stride * (count - 1) + size
        if end > number(view, "byteLength"):
            raise Refused(f"accessors[{index}] of the model reaches beyond its bufferView.", AGAIN)


def _surface(gltf: Gltf, meshes: list[Any]) -> None:
    """Counts by what accessors declare: it must not need the geometry, which may be packed."""
    triangles = vertices = 0
    for mesh in meshes:
        for primitive in gltf.one("meshes", mesh).get("primitives", []):
            if "POSITION" not in primitive.get("attributes", {}):
                continue
            points = number(gltf.one("accessors", primitive["attributes"]["POSITION"]), "count")
            order = number(gltf.one("accessors", primitive["indices"]), "count") if "indices" in primitive else points
            mode = primitive.get("mode", 4)
            vertices += points
            triangles += {4: order // 3, 5: max(0, order - 2), 6: max(0, order - 2)}.get(mode, 0)
    if not triangles:
        raise Refused("The model has no surface: nothing of it could be seen.", "Export its scene with meshes.")
    if triangles > limits.MAX_TRIANGLES or vertices > limits.MAX_VERTICES:
        raise Refused(
            f"The model has {triangles} triangles and {vertices} points; we take up to {limits.MAX_TRIANGLES} and "
            f"{limits.MAX_VERTICES}.",
            "Decimate it before the export; a web page shows 200,000 well.",
        )


def is_packed(gltf: Gltf) -> bool:
    """Whether geometry is compressed, so that only the outputs' library can read it."""
    return any(name in gltf.document.get("extensionsUsed", []) for name in _PACKED)
