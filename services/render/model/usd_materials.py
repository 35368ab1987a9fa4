"""glTF materials as UsdPreviewSurface, the one shading model that iOS draws."""

from dataclasses import dataclass, field
from typing import Any

from pxr import Gf, Sdf, Usd, UsdShade

from services.render.model.container import Gltf
from services.render.model.textures import image_sources

WRAPS = {33071: "clamp", 33648: "mirror", 10497: "repeat"}


@dataclass(frozen=True)
class Uv:
    """A set of texture coordinates with the transformation that a texture wants: one primvar of the mesh."""

    number: int = 0
    offset: tuple[float, float] = (0.0, 0.0)
    rotation: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)


@dataclass
class Look:
    """A material that was written. uvs: the primvars its meshes must have, by name."""

    material: UsdShade.Material
    double_sided: bool
    uvs: dict[str, Uv] = field(default_factory=dict)


class Looks:
    """Writes each material once, below /Model/Materials."""

    def __init__(self, stage: Usd.Stage, gltf: Gltf, root: str, files: dict[int, str]) -> None:
        """files: image → path of its file in the package."""
        self._stage, self._gltf, self._root, self._files = stage, gltf, root, files
        self._made: dict[tuple[int | None, bool], Look] = {}

    def look(self, index: int | None, *, vertex_colours: bool) -> Look:
        """The material with this number; None is glTF's default one."""
        key = (index, vertex_colours)
        if key not in self._made:
            self._made[key] = self._write(index, vertex_colours)
        return self._made[key]

    def _write(self, index: int | None, vertex_colours: bool) -> Look:
        given = {} if index is None else self._gltf.one("materials", index)
        name = f"material_{'default' if index is None else index}{'_coloured' if vertex_colours else ''}"
        path = f"{self._root}/Materials/{name}"
        material = UsdShade.Material.Define(self._stage, path)
        shader = UsdShade.Shader.Define(self._stage, f"{path}/surface")
        shader.CreateIdAttr("UsdPreviewSurface")
        material.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
        look = Look(material, bool(given.get("doubleSided")))
        writer = _Writer(self._stage, self._gltf, path, shader, look, self._files)
        writer.base(given, vertex_colours)
        writer.roughness(given)
        writer.light(given)
        return look


class _Writer:
    """The inputs of one surface."""

    def __init__(
        self, stage: Usd.Stage, gltf: Gltf, path: str, shader: UsdShade.Shader, look: Look, files: dict[int, str]
    ) -> None:
        self._stage, self._gltf, self._path = stage, gltf, path
        self._shader, self._look, self._files = shader, look, files

    def base(self, given: dict[str, Any], vertex_colours: bool) -> None:
        """Colour and transparency."""
        metal = given.get("pbrMetallicRoughness") or {}
        factor = list(metal.get("baseColorFactor", [1, 1, 1, 1]))
        texture = self._texture("base", metal.get("baseColorTexture"), "sRGB", factor)
        colour = self._shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f)
        opacity = self._shader.CreateInput("opacity", Sdf.ValueTypeNames.Float)
        mode = given.get("alphaMode", "OPAQUE")
        if texture:
            self._connect(colour, texture, "rgb", Sdf.ValueTypeNames.Float3)
        elif vertex_colours:
            reader = UsdShade.Shader.Define(self._stage, f"{self._path}/colours")
            reader.CreateIdAttr("UsdPrimvarReader_float3")
            reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set("displayColor")
            colour.ConnectToSource(reader.CreateOutput("result", Sdf.ValueTypeNames.Float3))
        else:
            colour.Set(Gf.Vec3f(*factor[:3]))
        if mode == "OPAQUE":
            opacity.Set(1.0)
        elif texture:
            self._connect(opacity, texture, "a", Sdf.ValueTypeNames.Float)
        else:
            opacity.Set(float(factor[3]))
        if mode == "MASK":
            threshold = self._shader.CreateInput("opacityThreshold", Sdf.ValueTypeNames.Float)
            threshold.Set(float(given.get("alphaCutoff", 0.5)))

    def roughness(self, given: dict[str, Any]) -> None:
        """Metal and roughness: one texture, of which USD reads a channel each."""
        metal = given.get("pbrMetallicRoughness") or {}
        metallic, rough = float(metal.get("metallicFactor", 1)), float(metal.get("roughnessFactor", 1))
        texture = self._texture("metal", metal.get("metallicRoughnessTexture"), "raw", [1, rough, metallic, 1])
        for name, channel, value in (("metallic", "b", metallic), ("roughness", "g", rough)):
            target = self._shader.CreateInput(name, Sdf.ValueTypeNames.Float)
            if texture:
                self._connect(target, texture, channel, Sdf.ValueTypeNames.Float)
            else:
                target.Set(value)

    def light(self, given: dict[str, Any]) -> None:
        """Bumps, shade in corners, what glows, lacquer."""
        bumps = given.get("normalTexture")
        strength = 2.0 * float((bumps or {}).get("scale", 1))
        texture = self._texture(
            "normal", bumps, "raw", [strength, strength, 2, 1], [-strength / 2, -strength / 2, -1, 0]
        )
        if texture:
            target = self._shader.CreateInput("normal", Sdf.ValueTypeNames.Normal3f)
            self._connect(target, texture, "rgb", Sdf.ValueTypeNames.Float3)
        if texture := self._texture("occlusion", given.get("occlusionTexture"), "raw"):
            target = self._shader.CreateInput("occlusion", Sdf.ValueTypeNames.Float)
            self._connect(target, texture, "r", Sdf.ValueTypeNames.Float)
        glow = list(given.get("emissiveFactor", [0, 0, 0]))
        if any(glow):
            target = self._shader.CreateInput("emissiveColor", Sdf.ValueTypeNames.Color3f)
            if texture := self._texture("glow", given.get("emissiveTexture"), "sRGB", [*glow, 1]):
                self._connect(target, texture, "rgb", Sdf.ValueTypeNames.Float3)
            else:
                target.Set(Gf.Vec3f(*glow))
        extensions = given.get("extensions") or {}
        lacquer = extensions.get("KHR_materials_clearcoat") or {}
        for name, field_name in (("clearcoat", "clearcoatFactor"), ("clearcoatRoughness", "clearcoatRoughnessFactor")):
            if field_name in lacquer:
                self._shader.CreateInput(name, Sdf.ValueTypeNames.Float).Set(float(lacquer[field_name]))
        if "ior" in (extensions.get("KHR_materials_ior") or {}):
            ior = float(extensions["KHR_materials_ior"]["ior"])
            self._shader.CreateInput("ior", Sdf.ValueTypeNames.Float).Set(ior)

    def _texture(
        self, name: str, slot: Any, space: str, scale: list[float] | None = None, bias: list[float] | None = None
    ) -> UsdShade.Shader | None:
        if not isinstance(slot, dict):
            return None
        texture = self._gltf.one("textures", slot.get("index"))
        sources = [source for source in image_sources(texture) if source in self._files]
        if not sources:
            return None
        shader = UsdShade.Shader.Define(self._stage, f"{self._path}/{name}")
        shader.CreateIdAttr("UsdUVTexture")
        shader.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(self._files[sources[0]])
        shader.CreateInput("sourceColorSpace", Sdf.ValueTypeNames.Token).Set(space)
        sampler = self._gltf.one("samplers", texture["sampler"]) if "sampler" in texture else {}
        for axis in "ST":
            wrap = WRAPS.get(sampler.get(f"wrap{axis}", 10497), "repeat")
            shader.CreateInput(f"wrap{axis}", Sdf.ValueTypeNames.Token).Set(wrap)
        if scale and scale != [1, 1, 1, 1]:
            shader.CreateInput("scale", Sdf.ValueTypeNames.Float4).Set(Gf.Vec4f(*map(float, scale)))
        if bias:
            shader.CreateInput("bias", Sdf.ValueTypeNames.Float4).Set(Gf.Vec4f(*map(float, bias)))
        reader = self._uv_reader(uv_of(slot))
        shader.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(reader.ConnectableAPI(), "result")
        return shader

    def _uv_reader(self, uv: Uv) -> UsdShade.Shader:
        known = {value: name for name, value in self._look.uvs.items()}
        name = known.get(uv) or f"st{len(self._look.uvs) or ''}"
        self._look.uvs[name] = uv
        reader = UsdShade.Shader.Define(self._stage, f"{self._path}/{name}")
        reader.CreateIdAttr("UsdPrimvarReader_float2")
        reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set(name)
        reader.CreateOutput("result", Sdf.ValueTypeNames.Float2)
        return reader

    @staticmethod
    def _connect(target: UsdShade.Input, texture: UsdShade.Shader, channel: str, kind: Any) -> None:
        target.ConnectToSource(texture.CreateOutput(channel, kind))


def uv_of(slot: dict[str, Any]) -> Uv:
    """The coordinates that a texture slot asks for, with KHR_texture_transform."""
    change = (slot.get("extensions") or {}).get("KHR_texture_transform") or {}
    offset, scale = change.get("offset", (0, 0)), change.get("scale", (1, 1))
    return Uv(
        number=int(change.get("texCoord", slot.get("texCoord", 0))),
        offset=(float(offset[0]), float(offset[1])),
        rotation=float(change.get("rotation", 0)),
        scale=(float(scale[0]), float(scale[1])),
    )
