"""Writes a GLB of loose triangles; what is doubled is joined later by the glTF tools."""

import json
import struct
from typing import Any

import numpy as np

from services.render.model.accessors import Array

FLOAT = 5126


class GlbWriter:
    """Collects meshes, materials and pictures; `finish` gives the file."""

    def __init__(self) -> None:
        self._lists: dict[str, list[dict[str, Any]]] = {}
        self._binary = bytearray()

    def add(self, name: str, entry: dict[str, Any]) -> int:
        """Puts an entry in one of the lists at the top; returns its number."""
        entries = self._lists.setdefault(name, [])
        entries.append(entry)
        return len(entries) - 1

    def picture(self, data: bytes, mime: str, wrap: tuple[int, int]) -> int:
        """A texture of an encoded picture; wrap: glTF's numbers for both directions."""
        image = self.add("images", {"bufferView": self._view(data), "mimeType": mime})
        return self.add(
            "textures", {"source": image, "sampler": self.add("samplers", {"wrapS": wrap[0], "wrapT": wrap[1]})}
        )

    def mesh(self, points: Array, normals: Array | None, uvs: Array | None, material: int) -> None:
        """A mesh of corners in the scene's space, each three a triangle. uvs: origin bottom left, as USD has them."""
        attributes = {"POSITION": self._accessor(points, "VEC3")}
        if normals is not None:
            attributes["NORMAL"] = self._accessor(normals, "VEC3")
        if uvs is not None:
            attributes["TEXCOORD_0"] = self._accessor(np.stack([uvs[:, 0], 1.0 - uvs[:, 1]], axis=1), "VEC2")
        mesh = self.add("meshes", {"primitives": [{"attributes": attributes, "material": material}]})
        self.add("nodes", {"mesh": mesh})

    def finish(self) -> bytes:
        """The file."""
        document = {
            "asset": {"version": "2.0"},
            "scene": 0,
            "scenes": [{"nodes": list(range(len(self._lists.get("nodes", []))))}],
            "buffers": [{"byteLength": len(self._binary)}],
            **self._lists,
        }
        text = json.dumps(document).encode()
        text += b" " * (-len(text) % 4)
        length = 12 + 8 + len(text) + 8 + len(self._binary)
        head = struct.pack("<4sII", b"glTF", 2, length) + struct.pack("<I4s", len(text), b"JSON")
        return head + text + struct.pack("<I4s", len(self._binary), b"BIN\0") + bytes(self._binary)

    def _view(self, data: bytes) -> int:
        begin = len(self._binary)
        self._binary += data + b"\0" * (-len(data) % 4)
        return self.add("bufferViews", {"buffer": 0, "byteOffset": begin, "byteLength": len(data)})

    def _accessor(self, values: Array, kind: str) -> int:
        floats = np.ascontiguousarray(values, np.float32)
        fields = {
            "bufferView": self._view(floats.tobytes()),
            "type": kind,
            "componentType": FLOAT,
            "count": len(floats),
        }
        if kind == "VEC3":
            fields |= {"min": floats.min(axis=0).tolist(), "max": floats.max(axis=0).tolist()}
        return self.add("accessors", fields)
