"""The numbers of materials: what our own USDZ writer reads must be what glTF says it is."""

import math
from typing import Any

from runtime.refusal import Refused
from services.render.model.container import AGAIN, Gltf

# Name → how many numbers; 0 is a plain number.
_SURFACE = {"emissiveFactor": 3, "alphaCutoff": 0}
_METAL = {"baseColorFactor": 4, "metallicFactor": 0, "roughnessFactor": 0}
_LACQUER = {"clearcoatFactor": 0, "clearcoatRoughnessFactor": 0}
_SLOT = {"scale": 0, "strength": 0}
_TRANSFORM = {"offset": 2, "scale": 2, "rotation": 0}
_SLOTS = ("normalTexture", "occlusionTexture", "emissiveTexture")
_METAL_SLOTS = ("baseColorTexture", "metallicRoughnessTexture")


def check_materials(gltf: Gltf) -> None:
    """Raise Refused for numbers that are none, and for textures that are not there."""
    for texture in gltf.all("textures"):
        if "source" in texture:
            gltf.one("images", texture["source"])
        if "sampler" in texture:
            gltf.one("samplers", texture["sampler"])
    for material in gltf.all("materials"):
        metal, extensions = _object(material, "pbrMetallicRoughness"), _object(material, "extensions")
        _numbers(material, _SURFACE)
        _numbers(metal, _METAL)
        _numbers(_object(extensions, "KHR_materials_clearcoat"), _LACQUER)
        _numbers(_object(extensions, "KHR_materials_ior"), {"ior": 0})
        for owner, names in ((material, _SLOTS), (metal, _METAL_SLOTS)):
            for name in names:
                if name in owner:
                    _slot(gltf, _object(owner, name))


def _slot(gltf: Gltf, slot: dict[str, Any]) -> None:
    gltf.one("textures", slot.get("index"))
    transform = _object(_object(slot, "extensions"), "KHR_texture_transform")
    _numbers(slot, _SLOT)
    _numbers(transform, _TRANSFORM)
    for owner in (slot, transform):
        if not isinstance(owner.get("texCoord", 0), int):
            raise Refused("A texture of the model names no set of coordinates.", AGAIN)


def _object(owner: dict[str, Any], name: str) -> dict[str, Any]:
    found = owner.get(name, {})
    if not isinstance(found, dict):
        raise Refused(f"{name} of a material of the model is no object.", AGAIN)
    return found


def _numbers(owner: dict[str, Any], counts: dict[str, int]) -> None:
    for name, count in counts.items():
        if name not in owner:
            continue
        values = owner[name] if count else [owner[name]]
        right = isinstance(values, list) and len(values) == (count or 1)
        if not right or not all(_is_number(value) for value in values):
            raise Refused(f"{name} of a material of the model is not made of numbers.", AGAIN)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1e6
