"""UsdPreviewSurface materials as glTF's, their textures out of the package."""

import zipfile
from dataclasses import dataclass
from typing import Any

import pyvips
from pxr import Sdf, Usd, UsdShade

from runtime.refusal import Refused
from services.render.image.sniff import HEAD, sniff
from services.render.model import limits
from services.render.model.glb_write import GlbWriter
from services.render.model.package import AGAIN
from services.render.model.textures import LOADERS

WRAPS = {"clamp": 33071, "black": 33071, "mirror": 33648}
REPEAT = 10497
CHANNELS = {"r": 0, "g": 1, "b": 2, "a": 3}


@dataclass(frozen=True)
class Slot:
    """A texture that feeds an input: the file in the package, the channel, the primvar, and how it goes on at edges."""

    name: str
    channel: str
    uv: str
    wrap: tuple[int, int]
    scale: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)


class Surfaces:
    """Writes each material once. Raises Refused for a texture that is not in the package."""

    def __init__(self, stage: Usd.Stage, archive: zipfile.ZipFile, names: set[str], writer: GlbWriter) -> None:
        self._package = stage.GetRootLayer().realPath
        self._archive, self._names, self._writer = archive, names, writer
        self._made: dict[tuple[str, bool], int] = {}
        self._textures: dict[tuple[str, ...], int] = {}
        self._uvs: dict[int, str] = {}

    def uv_name(self, material: int) -> str:
        """The primvar that its textures are laid by."""
        return self._uvs.get(material, "st")

    def material(self, prim: Usd.Prim, *, double_sided: bool) -> int:
        """The number of the glTF material for what is bound to a mesh or a part of one."""
        bound = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()[0]
        key = (str(bound.GetPath()) if bound else "", double_sided)
        if key not in self._made:
            fields = self._fields(bound) if bound else {}
            uv = fields.pop("uv", None)
            self._made[key] = self._writer.add("materials", {**fields, "doubleSided": double_sided})
            if uv:
                self._uvs[self._made[key]] = uv
        return self._made[key]

    def _fields(self, bound: UsdShade.Material) -> dict[str, Any]:
        surface = bound.ComputeSurfaceSource()[0]
        if not surface or surface.GetIdAttr().Get() != "UsdPreviewSurface":
            return {}
        slots = {name: self._slot(surface, name) for name in _INPUTS}
        values = {name: _value(surface, name, default) for name, default in _INPUTS.items()}
        metal: dict[str, Any] = {
            "baseColorFactor": [*values["diffuseColor"], values["opacity"]],
            "metallicFactor": values["metallic"],
            "roughnessFactor": values["roughness"],
        }
        fields: dict[str, Any] = {"pbrMetallicRoughness": metal}
        if slot := slots["diffuseColor"]:
            metal["baseColorTexture"] = self._texture(slot)
            metal["baseColorFactor"] = [*slot.scale[:3], values["opacity"]]
        self._see_through(fields, slots, values)
        self._metal(metal, slots, values)
        if slot := slots["normal"]:
            fields["normalTexture"] = self._texture(slot)
        if slot := slots["occlusion"]:
            fields["occlusionTexture"] = self._texture(slot)
        if slot := slots["emissiveColor"]:
            fields |= {"emissiveTexture": self._texture(slot), "emissiveFactor": [1, 1, 1]}
        elif any(values["emissiveColor"]):
            fields["emissiveFactor"] = [min(1.0, part) for part in values["emissiveColor"]]
        fields["uv"] = next((slot.uv for slot in slots.values() if slot), None)
        return fields

    @staticmethod
    def _see_through(fields: dict[str, Any], slots: dict[str, Slot | None], values: dict[str, Any]) -> None:
        if values["opacityThreshold"] > 0:
            fields |= {"alphaMode": "MASK", "alphaCutoff": values["opacityThreshold"]}
        elif slots["opacity"] or values["opacity"] < 1:
            fields["alphaMode"] = "BLEND"

    def _metal(self, metal: dict[str, Any], slots: dict[str, Slot | None], values: dict[str, Any]) -> None:
        """glTF has roughness in green and metal in blue of one picture; USD may have two."""
        rough, metallic = slots["roughness"], slots["metallic"]
        if rough is None and metallic is None:
            return
        # What is a plain value in one of them is in the joined picture as well.
        metal |= {"roughnessFactor": 1, "metallicFactor": 1}
        if rough and metallic and rough.name == metallic.name and (rough.channel, metallic.channel) == ("g", "b"):
            metal["metallicRoughnessTexture"] = self._texture(rough)
            metal |= {"roughnessFactor": rough.scale[1], "metallicFactor": metallic.scale[2]}
        else:
            metal["metallicRoughnessTexture"] = self._joined(rough, metallic, values)

    def _joined(self, rough: Slot | None, metallic: Slot | None, values: dict[str, Any]) -> dict[str, Any]:
        given = [(rough, values["roughness"]), (metallic, values["metallic"])]
        key = ("joined", *(str(one) for one in given))
        if key not in self._textures:
            pictures = [self._channel(slot) if slot else None for slot, _ in given]
            size = next(picture for picture in pictures if picture is not None)
            bands = [
                picture.resize(size.width / picture.width, vscale=size.height / picture.height)
                if picture is not None
                else size.new_from_image(round(255 * value))
                for picture, (_, value) in zip(pictures, given, strict=True)
            ]
            white = size.new_from_image(255)
            joined = white.bandjoin([band.cast("uchar") for band in bands]).copy(interpretation="srgb")
            wrap = (rough or metallic).wrap  # type: ignore[union-attr] # one of them is there
            self._textures[key] = self._writer.picture(joined.pngsave_buffer(compression=3), "image/png", wrap)
        return {"index": self._textures[key]}

    def _texture(self, slot: Slot) -> dict[str, Any]:
        key = (slot.name, str(slot.wrap))
        if key not in self._textures:
            data = self._archive.read(slot.name)
            kind = sniff(data[:HEAD]).name
            self._textures[key] = self._writer.picture(data, f"image/{kind}", slot.wrap)
        return {"index": self._textures[key]}

    def _channel(self, slot: Slot) -> pyvips.Image:
        """One channel of a picture, its header checked before it is decoded."""
        data = self._archive.read(slot.name)
        kind = sniff(data[:HEAD]).name
        if kind not in LOADERS:
            raise Refused(f"{slot.name[:80]!r} in the USDZ package is no picture that we know.", AGAIN)
        try:
            picture = pyvips.Operation.call(LOADERS[kind], data)
            if picture.width * picture.height > limits.MAX_IMAGE_PIXELS:
                raise Refused(
                    f"{slot.name[:80]!r} in the USDZ package is too large.", "Export it with smaller textures."
                )
            return picture.extract_band(min(CHANNELS[slot.channel], picture.bands - 1)).copy_memory()
        except pyvips.Error as error:
            raise Refused(f"{slot.name[:80]!r} in the USDZ package cannot be decoded.", AGAIN) from error

    def _slot(self, surface: UsdShade.Shader, name: str) -> Slot | None:
        found = surface.GetInput(name)
        sources = found.GetConnectedSources()[0] if found else []
        if not sources:
            return None
        texture = UsdShade.Shader(sources[0].source.GetPrim())
        if texture.GetIdAttr().Get() != "UsdUVTexture":
            return None
        asset = _value(texture, "file", None)
        if not isinstance(asset, Sdf.AssetPath) or not asset.path:
            return None
        wrap = tuple(WRAPS.get(str(_value(texture, f"wrap{axis}", "repeat")), REPEAT) for axis in "ST")
        channel = str(sources[0].sourceName)[:1]
        scale = tuple(min(1.0, part) for part in _value(texture, "scale", (1.0, 1.0, 1.0, 1.0)))
        return Slot(self._inside(asset), channel, _primvar(texture), (wrap[0], wrap[1]), scale)

    def _inside(self, asset: Sdf.AssetPath) -> str:
        head, _, inner = asset.resolvedPath.partition("[")
        name: str = inner.removesuffix("]")
        if head != self._package or name not in self._names:
            raise Refused(f"The model refers to {asset.path[:80]!r}, which is outside of the file.", AGAIN)
        return name


_INPUTS: dict[str, Any] = {
    "diffuseColor": (0.18, 0.18, 0.18), "opacity": 1.0, "opacityThreshold": 0.0, "metallic": 0.0, "roughness": 0.5,
    "normal": None, "occlusion": 1.0, "emissiveColor": (0.0, 0.0, 0.0),
}  # fmt: skip


def _value(shader: UsdShade.Shader, name: str, default: Any) -> Any:
    """An input's own value, floats as Python's; the default where it has none or a connection."""
    found = shader.GetInput(name)
    value = found.Get(Usd.TimeCode.EarliestTime()) if found else None
    if value is None:
        return default
    return [float(part) for part in value] if isinstance(default, tuple) else value


def _primvar(texture: UsdShade.Shader) -> str:
    found = texture.GetInput("st")
    sources = found.GetConnectedSources()[0] if found else []
    for _ in range(2):  # a UsdTransform2d may stand between
        if not sources:
            return "st"
        reader = UsdShade.Shader(sources[0].source.GetPrim())
        if reader.GetIdAttr().Get() == "UsdPrimvarReader_float2":
            return str(_value(reader, "varname", "st"))
        inner = reader.GetInput("in")
        sources = inner.GetConnectedSources()[0] if inner else []
    return "st"
