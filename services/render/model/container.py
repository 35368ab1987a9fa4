"""Opens GLB and glTF: the JSON and the bytes of its buffers, and nothing from outside the file."""

import base64
import binascii
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime.refusal import Refused
from services.render.model.limits import MAX_FILE

AGAIN = "Export it once more as GLB and drop that."
_HEADER, _CHUNK = struct.Struct("<4sII"), struct.Struct("<I4s")


@dataclass(frozen=True)
class Gltf:
    """document: the JSON. buffers: the bytes of each buffer; None for the stand-in that meshopt leaves empty."""

    document: dict[str, Any]
    buffers: list[bytes | None]
    _known: dict[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False)

    def all(self, name: str) -> list[dict[str, Any]]:
        """One of the lists at the top: nodes, meshes … Raises Refused when it is not a list of objects."""
        if name in self._known:  # looked through once: a list may have a hundred thousand entries
            return self._known[name]
        found = self.document.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise Refused(f"The model's {name} are not a list.", AGAIN)
        self._known[name] = found
        return found

    def one(self, name: str, index: Any) -> dict[str, Any]:
        """One entry of such a list. Raises Refused when there is none with this number."""
        found = self.all(name)
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(found):
            raise Refused(f"The model names {name}[{_short(index)}], which is not in it.", AGAIN)
        return found[index]

    def view(self, index: Any) -> bytes:
        """The bytes of a bufferView. Raises Refused when they do not lie in their buffer."""
        view = self.one("bufferViews", index)
        self.one("buffers", view.get("buffer"))
        data = self.buffers[view["buffer"]] or b""
        begin, length = number(view, "byteOffset", 0), number(view, "byteLength")
        if begin + length > len(data):
            raise Refused(f"bufferViews[{index}] of the model reaches beyond its buffer.", AGAIN)
        return data[begin : begin + length]


def read(path: Path) -> Gltf:
    """Open a GLB or a self-contained glTF. Raises Refused, naming the URI of what lies outside."""
    size = path.stat().st_size
    if size > MAX_FILE:
        raise Refused(
            f"The model has {size // 2**20} MB; we take up to {MAX_FILE // 2**20}.", "Export it with smaller textures."
        )
    return parse(path.read_bytes())


def parse(data: bytes) -> Gltf:
    """The same for bytes in memory."""
    text, binary = _chunks(data) if data[:4] == b"glTF" else (data, None)
    document = _json(text)
    _version(document)
    for uri in uris(document):
        if not uri.startswith("data:"):
            raise Refused(
                f"The model refers to {_short(uri)!r}, which is outside of the file.",
                "Export it as GLB, with textures and geometry embedded, and drop that.",
            )
    gltf = Gltf(document, [])
    for index, buffer in enumerate(gltf.all("buffers")):
        gltf.buffers.append(_buffer(index, buffer, binary))
    return gltf


def uris(value: Any) -> Iterator[str]:
    """Every `uri` that a reader could follow, of extensions too. `extras` are the author's own: nobody reads them."""
    stack = [value]
    while stack:
        found = stack.pop()
        if isinstance(found, dict):
            uri = found.get("uri")
            if isinstance(uri, str):
                yield uri
            stack.extend(inner for name, inner in found.items() if name != "extras")
        elif isinstance(found, list):
            stack.extend(found)


def decode_uri(uri: str) -> bytes:
    """The bytes of a data: URI. Raises Refused."""
    head, comma, text = uri.partition(",")
    if not comma or not head.endswith(";base64"):
        raise Refused("A data: address in the model is not base64.", AGAIN)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("A data: address in the model cannot be decoded.", AGAIN) from error


def number(fields: dict[str, Any], name: str, default: int | None = None) -> int:
    """A whole number that is not negative. Raises Refused."""
    value = fields.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Refused(f"{name} in the model is {_short(value)!r}, which is no size.", AGAIN)
    return value


def _chunks(data: bytes) -> tuple[bytes, bytes | None]:
    """The JSON and the binary chunk of a GLB."""
    if len(data) < _HEADER.size:
        raise Refused("The GLB file ends in its header.", AGAIN)
    _, version, length = _HEADER.unpack_from(data)
    if version != 2:
        raise Refused(f"The GLB file is of version {version}; we take version 2.", "Export it as glTF 2.0.")
    if length != len(data):
        raise Refused(f"The GLB file declares {length} bytes, but has {len(data)}.", AGAIN)
    at, found = _HEADER.size, []
    while at < len(data):
        if at + _CHUNK.size > len(data):
            raise Refused("The GLB file ends in the middle of a chunk.", AGAIN)
        size, kind = _CHUNK.unpack_from(data, at)
        at += _CHUNK.size
        if at + size > len(data):
            raise Refused("A chunk of the GLB file reaches beyond its end.", AGAIN)
        found.append((kind, data[at : at + size]))
        at += size
    if not found or found[0][0] != b"JSON":
        raise Refused("The GLB file does not begin with its JSON.", AGAIN)
    binary = found[1][1] if len(found) > 1 and found[1][0] == b"BIN\0" else None
    return found[0][1], binary


def _json(text: bytes) -> dict[str, Any]:
    try:
        document = json.loads(text.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused("The model's JSON cannot be read.", AGAIN) from error
    if not isinstance(document, dict):
        raise Refused("The model's JSON is not an object.", AGAIN)
    return document


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _version(document: dict[str, Any]) -> None:
    asset = document.get("asset")
    version = asset.get("version") if isinstance(asset, dict) else None
    if not isinstance(version, str) or not version.startswith("2."):
        raise Refused(f"The model is of glTF version {_short(version)}; we take 2.0.", "Export it as glTF 2.0.")


def _buffer(index: int, buffer: dict[str, Any], binary: bytes | None) -> bytes | None:
    length = number(buffer, "byteLength")
    if "uri" in buffer:
        data = decode_uri(str(buffer["uri"]))
    elif index == 0 and binary is not None:
        data = binary
    elif "EXT_meshopt_compression" in (buffer.get("extensions") or {}):
        return None
    else:
        raise Refused(f"buffers[{index}] of the model has no bytes.", "Export it as GLB and drop that.")
    if len(data) < length:
        raise Refused(f"buffers[{index}] of the model declares {length} bytes, but has {len(data)}.", AGAIN)
    return data[:length]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
