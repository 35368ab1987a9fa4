"""Textures: each picture is checked like any other, and written anew for the web (WebP) and for iOS (PNG, JPEG)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyvips

from runtime.refusal import Refused
from services.render.image.sniff import HEAD, sniff
from services.render.model import limits
from services.render.model.container import AGAIN, Gltf, decode_uri

LOADERS = {"jpeg": "jpegload_buffer", "png": "pngload_buffer", "webp": "webpload_buffer", "avif": "heifload_buffer"}
Given = dict[str, Any]
COLOUR_QUALITY, DATA_QUALITY = 82, 92
EXACT_PIXELS, EXACT_BYTES = 1024 * 1024, 32 * 1024


@dataclass(frozen=True)
class Texture:
    """One picture of the model. kind: as sniffed; colour: what people see, unlike normals and roughness."""

    index: int
    kind: str
    data: bytes
    width: int
    height: int
    alpha: bool
    colour: bool


def read_textures(gltf: Gltf) -> list[Texture]:
    """All pictures, their headers checked. Raises Refused."""
    images = gltf.all("images")
    if len(images) > limits.MAX_IMAGES:
        raise Refused(
            f"The model has {len(images)} textures; we take up to {limits.MAX_IMAGES}.", "Bake them into few."
        )
    colours = _colour_images(gltf)
    textures = [_read(gltf, index, image, index in colours) for index, image in enumerate(images)]
    pixels = sum(texture.width * texture.height for texture in textures)
    if pixels > limits.MAX_ALL_PIXELS:
        raise Refused(
            f"The model's textures have {pixels // limits.MEGA} megapixels together; we take up to "
            f"{limits.MAX_ALL_PIXELS // limits.MEGA}.",
            "Export it with smaller textures: 2048 pixels a side are plenty.",
        )
    return textures


def write_plain(textures: list[Texture], folder: Path, side: int) -> list[Given]:
    """Write each as `plain-N.png` or `.jpg`, which every program reads: {index, file, mime} for the tools."""
    return [_plain(texture, folder, side) for texture in textures]


def write_web(textures: list[Texture], folder: Path, side: int) -> list[Given]:
    """Write each as `web-N.webp`."""
    return [_web(texture, folder, side) for texture in textures]


def _read(gltf: Gltf, index: int, image: dict[str, Any], colour: bool) -> Texture:
    data = decode_uri(str(image["uri"])) if "uri" in image else gltf.view(image.get("bufferView"))
    kind = sniff(data[:HEAD]).name
    if kind not in LOADERS:
        raise Refused(
            f"Texture {index} of the model is no picture that we know.", "Export it with PNG or JPEG textures."
        )
    try:
        picture = _open(kind, data)
    except pyvips.Error as error:
        raise Refused(f"Texture {index} of the model cannot be opened.", AGAIN) from error
    if picture.width * picture.height > limits.MAX_IMAGE_PIXELS:
        raise Refused(
            f"Texture {index} of the model is {picture.width} x {picture.height}; we take up to 8192 x 8192.",
            "Export it with smaller textures.",
        )
    return Texture(index, kind, data, picture.width, picture.height, bool(picture.hasalpha()), colour)


def _open(kind: str, data: bytes) -> pyvips.Image:
    image: pyvips.Image = pyvips.Operation.call(LOADERS[kind], data, fail_on="truncated")
    return image


def _decode(texture: Texture, side: int) -> pyvips.Image:
    """8 bit sRGB or grey, at most `side` pixels a side, in memory."""
    try:
        picture = _open(texture.kind, texture.data)
        if picture.interpretation not in ("srgb", "b-w"):
            picture = picture.colourspace("b-w" if picture.bands < 3 else "srgb")
        picture = picture.cast("uchar") if picture.format != "uchar" else picture
        return _fit(picture, side).copy_memory()
    except pyvips.Error as error:
        raise Refused(f"Texture {texture.index} of the model cannot be decoded.", AGAIN) from error


def _plain(texture: Texture, folder: Path, side: int) -> Given:
    picture = _decode(texture, side)
    if texture.kind == "jpeg":
        name, mime = f"plain-{texture.index}.jpg", "image/jpeg"
        picture.jpegsave(str(folder / name), Q=92, optimize_coding=True, keep="none", subsample_mode="off")
    else:
        name, mime = f"plain-{texture.index}.png", "image/png"
        picture.pngsave(str(folder / name), compression=6, keep="none")
    return {"index": texture.index, "file": name, "mime": mime}


def _web(texture: Texture, folder: Path, side: int) -> Given:
    name, quality = f"web-{texture.index}.webp", COLOUR_QUALITY if texture.colour else DATA_QUALITY
    (folder / name).write_bytes(_webp(_decode(texture, side), quality))
    return {"index": texture.index, "file": name, "mime": "image/webp"}


def _webp(picture: pyvips.Image, quality: int) -> bytes:
    """Exact where that costs little: palettes of a few pixels a colour would be smeared into each other."""
    lossy = bytes(picture.webpsave_buffer(Q=quality, effort=4, smart_subsample=True, keep="none"))
    if picture.width * picture.height > EXACT_PIXELS:
        return lossy
    exact = bytes(picture.webpsave_buffer(lossless=True, effort=4, keep="none"))
    return exact if len(exact) <= max(EXACT_BYTES, 1.5 * len(lossy)) else lossy


def _fit(picture: pyvips.Image, side: int) -> pyvips.Image:
    largest = max(picture.width, picture.height)
    if largest <= side:
        return picture
    # Straight alpha: colours of hidden texels must not bleed, so it is not premultiplied, as 3D programs do it.
    return picture.resize(side / largest)


def _colour_images(gltf: Gltf) -> set[int]:
    """Images that some material uses as base colour or emission."""
    textures, found = gltf.all("textures"), set()
    for material in gltf.all("materials"):
        slots = [(material.get("pbrMetallicRoughness") or {}).get("baseColorTexture"), material.get("emissiveTexture")]
        for slot in slots:
            if isinstance(slot, dict) and isinstance(slot.get("index"), int) and slot["index"] < len(textures):
                found |= set(image_sources(textures[slot["index"]]))
    return found


def image_sources(texture: dict[str, Any]) -> list[int]:
    """The images a texture can be drawn from: its own, and those of newer formats."""
    extensions = texture.get("extensions") or {}
    entries = [texture, *(extensions.get(name) or {} for name in ("EXT_texture_webp", "EXT_texture_avif"))]
    return [entry["source"] for entry in entries if isinstance(entry.get("source"), int)]
