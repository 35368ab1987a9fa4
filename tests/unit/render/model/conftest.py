"""Models made on the spot: boxes with all textures, and files that lie."""

import base64
import json
import struct
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from runtime.jobs import Cages
from services.render.image.loaders import lock_down
from services.render.model import extra
from services.render.model.plan import plan_models
from services.render.presets import load_presets
from services.render.recipe import Facts, resolve

Document = dict[str, Any]
needs_extra = pytest.mark.skipif(
    bool(extra.lacking()), reason=f"the 3D extra is not set up ({extra.COMMAND}): lacks {', '.join(extra.lacking())}"
)
MATERIAL: Document = {
    "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicRoughnessTexture": {"index": 1}},
    "normalTexture": {"index": 2},
}


@pytest.fixture(autouse=True, scope="session")
def _locked_down() -> None:
    lock_down()


def glb(document: Document, binary: bytes = b"") -> bytes:
    """A GLB with this JSON and these bytes."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    if binary:
        chunks += struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def picture(colour: tuple[int, int, int], side: int = 32, kind: str = ".png") -> bytes:
    """A texture: one colour with a lighter square in it, so that it has a right way up."""
    image = pyvips.Image.black(side, side, bands=3) + list(colour)
    image = (
        image.cast("uchar")
        .copy(interpretation="srgb")
        .draw_rect([230, 230, 210], 2, 2, side // 2, side // 3, fill=True)
    )
    return bytes(image.write_to_buffer(kind))


class Builder:
    """Collects arrays and pictures, and gives the glTF that names them."""

    def __init__(self) -> None:
        self.document: Document = {"asset": {"version": "2.0"}, "scene": 0}
        self.binary = b""

    def add(self, name: str, entry: Document) -> int:
        """Puts an entry in a list at the top; returns its number."""
        entries: list[Document] = self.document.setdefault(name, [])
        entries.append(entry)
        return len(entries) - 1

    def view(self, data: bytes) -> int:
        """A bufferView of these bytes."""
        begin = len(self.binary)
        self.binary += data + b"\0" * (-len(data) % 4)
        return self.add("bufferViews", {"buffer": 0, "byteOffset": begin, "byteLength": len(data)})

    def accessor(self, values: Any, kind: str) -> int:
        """An accessor of a numpy array; float32, or uint16 for indices."""
        array = np.asarray(values)
        fields: Document = {"componentType": 5126 if array.dtype == np.float32 else 5123, "count": len(array)}
        if kind == "VEC3":
            fields |= {"min": array.min(axis=0).tolist(), "max": array.max(axis=0).tolist()}
        return self.add("accessors", {"bufferView": self.view(array.tobytes()), "type": kind, **fields})

    def texture(self, data: bytes, mime: str = "image/png") -> int:
        """A texture of an encoded picture."""
        return self.add("textures", {"source": self.add("images", {"bufferView": self.view(data), "mimeType": mime})})

    def done(self) -> bytes:
        """The GLB."""
        if self.binary:
            self.document["buffers"] = [{"byteLength": len(self.binary)}]
        return glb(self.document, self.binary)

    def as_gltf(self) -> bytes:
        """The same as JSON with a data: address."""
        uri = "data:application/octet-stream;base64," + base64.b64encode(self.binary).decode()
        return json.dumps({**self.document, "buffers": [{"byteLength": len(self.binary), "uri": uri}]}).encode()


def box(size: tuple[float, float, float] = (0.3, 0.2, 0.1), *, textured: bool = True, **node: Any) -> Builder:
    """A box of `size` metres around the middle, six faces of their own, with three textures; `node`: its fields."""
    made = Builder()
    points: list[Any] = []
    normals: list[Any] = []
    uvs: list[tuple[int, int]] = []
    order: list[int] = []
    for axis in range(3):
        for side in (-1, 1):
            across, along = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
            start = len(points)
            for u, v in ((0, 0), (1, 0), (1, 1), (0, 1)):
                points.append(
                    ((2 * u - 1) * across + (2 * v - 1) * along + side * np.eye(3)[axis]) * np.array(size) / 2
                )
                normals.append(side * np.eye(3)[axis])
                uvs.append((u, 1 - v))
            turn = (0, 1, 2, 0, 2, 3) if side > 0 else (0, 2, 1, 0, 3, 2)
            order += [start + corner for corner in turn]
    attributes = {
        "POSITION": made.accessor(np.array(points, np.float32), "VEC3"),
        "NORMAL": made.accessor(np.array(normals, np.float32), "VEC3"),
        "TEXCOORD_0": made.accessor(np.array(uvs, np.float32), "VEC2"),
    }
    primitive: Document = {"attributes": attributes, "indices": made.accessor(np.array(order, np.uint16), "SCALAR")}
    if textured:
        made.texture(picture((180, 60, 40)))
        made.texture(picture((0, 160, 20), kind=".jpg"), "image/jpeg")
        made.texture(picture((128, 128, 255)))
        primitive["material"] = made.add("materials", json.loads(json.dumps(MATERIAL)))
    made.add("meshes", {"primitives": [primitive]})
    made.add("nodes", {"mesh": 0, **node})
    made.add("scenes", {"nodes": [0]})
    return made


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[Cages]:
    """The real pool: one caged child that opens models."""
    from services.render.model.wire import model_cages

    cages = model_cages(tmp_path)
    await cages.start()
    yield cages
    await cages.close()


Make = Callable[..., Any]


@pytest.fixture
def make(pool: Cages) -> Make:
    """await make(data) -> (all values, preset → bytes): through the cage, with all recipes of models or those named."""

    async def run(
        data: bytes, pictures: tuple[str, ...] = (), models: tuple[str, ...] = ()
    ) -> tuple[list[Document], dict[str, bytes]]:
        recipes = [resolve(load_presets().named(name), Facts()).model_dump(mode="json") for name in pictures]
        wanted = [one.model_dump(mode="json") for one in plan_models() if not models or one.preset in models]
        job = {"input": "input", "recipes": [*recipes, *wanted]}
        values, files = [], {}
        async with pool.lease() as cage:
            (cage.folder / "input").write_bytes(data)
            async for value in cage.run(job):
                values.append(value)
                if "file" in value:
                    files[value["preset"]] = cage.output(value["file"]).read_bytes()
        return values, files

    return run


def opened(data: bytes) -> pyvips.Image:
    """A made JPEG or WebP."""
    load = "jpegload_buffer" if data[:2] == b"\xff\xd8" else "webpload_buffer"
    return pyvips.Operation.call(load, data)


def usd_size(path: Path) -> Any:
    """Width, height, depth in metres, as USD itself measures."""
    from pxr import Usd, UsdGeom

    stage = Usd.Stage.Open(str(path))
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), [UsdGeom.Tokens.default_])
    size = cache.ComputeWorldBound(stage.GetDefaultPrim()).ComputeAlignedRange().GetSize()
    return np.array(size) * UsdGeom.GetStageMetersPerUnit(stage)
