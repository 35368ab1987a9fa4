"""Content Credentials (C2PA): whether a picture carries them, and what they plainly say of its making. Caged only.

Only read, never verified: the signature is not checked, so this is what the file says of itself.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

MOST = 16_000_000
"""Bytes of manifests that are looked at: they hold thumbnails."""
MOST_PARTS = 100_000
"""Segments, chunks or boxes that are gone through."""
MAX_TEXT = 200
MADE_UP = re.compile(r"\w*(?:lgorithmic|ynthetic|irtual)\w*")
"""IPTC's words for what a machine made up, at least in part."""
_JUMBF = b"jumb"
_APP11, _SCAN = 0xEB, 0xDA
_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""Of a `uuid` box, in AVIF and HEIF."""
GENERATOR, SOURCE_TYPE = b"claim_generator", b"digitalSourceType"


def fields(path: Path) -> dict[str, object]:
    """`{"c2pa": {"generator", "digital_source_type"}}`, what of it can be read; nothing where there is no manifest.

    Of several source types, a picture's and its ingredients', the last that speaks of a machine counts.
    """
    manifest = _manifest(path)
    if not manifest:
        return {}
    said = {"generator": next(_texts_after(manifest, GENERATOR), "")}
    types = [source_type(text) for text in _texts_after(manifest, SOURCE_TYPE)]
    said["digital_source_type"] = ([one for one in types if MADE_UP.fullmatch(one)] or types[:1] or [""])[-1]
    return {"c2pa": {name: text for name, text in said.items() if text}}


def made_up(path: Path) -> str | None:
    """The source type that they give, where it is of a machine's making."""
    said = fields(path).get("c2pa")
    found = str(said.get("digital_source_type", "")) if isinstance(said, dict) else ""
    return found if MADE_UP.fullmatch(found) else None


def source_type(uri: str) -> str:
    """`http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia` → its last word."""
    return uri.rstrip("/").rpartition("/")[2]


def _manifest(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(12)
        walk = next((walk for begins, walk in WALKS if begins(head)), None)
        found = bytearray()
        for part in islice(walk(file) if walk else (), MOST_PARTS):
            found += part
            if len(found) >= MOST:
                break
    return bytes(found) if _JUMBF in found and b"c2pa" in found else b""


Walk = Callable[[BinaryIO], Iterator[bytes]]


def _of_jpeg(file: BinaryIO) -> Iterator[bytes]:
    """What its APP11 segments hold; a box of many segments has its header in each of them."""
    file.seek(2)
    while len(header := file.read(4)) == 4 and header[0] == 0xFF and header[1] != _SCAN:
        body = file.read(max(int.from_bytes(header[2:], "big") - 2, 0))
        part = b""
        if header[1] == _APP11 and body.startswith(b"JP"):
            part = body[8:] if body[4:8] == b"\0\0\0\1" else body[16:]
        yield part


def _of_png(file: BinaryIO) -> Iterator[bytes]:
    file.seek(8)
    while len(header := file.read(8)) == 8 and header[4:] != b"IDAT":
        size = int.from_bytes(header[:4], "big")
        yield _part(file, size, there=header[4:] == b"caBX")
        file.seek(4, 1)


def _of_webp(file: BinaryIO) -> Iterator[bytes]:
    file.seek(12)
    while len(header := file.read(8)) == 8:
        size = int.from_bytes(header[4:], "little")
        yield _part(file, size, there=header[:4] == b"C2PA")
        file.seek(size % 2, 1)


def _of_heif(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while len(header := file.read(8)) == 8:
        size, taken = int.from_bytes(header[:4], "big"), 8
        if size == 1:
            size, taken = int.from_bytes(file.read(8), "big"), 16
        if size < taken:  # 0: to the end; else it is broken
            return
        named = file.read(16) if header[4:] == b"uuid" and size >= taken + 16 else b""
        yield _part(file, size - taken - len(named), there=named == _BOX)


def _part(file: BinaryIO, size: int, *, there: bool) -> bytes:
    """What follows, or nothing; either way the file stands behind it."""
    if there:
        return file.read(min(size, MOST))
    file.seek(size, 1)
    return b""


WALKS: tuple[tuple[Callable[[bytes], bool], Walk], ...] = (
    (lambda head: head.startswith(b"\xff\xd8"), _of_jpeg),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), _of_png),
    (lambda head: head.startswith(b"RIFF") and head[8:] == b"WEBP", _of_webp),
    (lambda head: head[4:8] == b"ftyp", _of_heif),
)


def _texts_after(manifest: bytes, key: bytes) -> Iterator[str]:
    """The texts that stand right after a key: CBOR writes their length before them, JSON quotes them."""
    at = manifest.find(key)
    while at >= 0:
        at += len(key)
        if text := _cbor(manifest[at : at + 3 + MAX_TEXT]) or _json(manifest[at : at + 6 + MAX_TEXT]):
            yield text
        at = manifest.find(key, at)


def _cbor(raw: bytes) -> str | None:
    kind = raw[0] if raw else 0
    start, size = (1, kind & 31) if 0x60 <= kind < 0x78 else (2, raw[1]) if kind == 0x78 and len(raw) > 1 else (0, 0)
    return _printable(raw[start : start + size]) if size and len(raw) >= start + size else None


def _json(raw: bytes) -> str | None:
    before, colon, after = raw.partition(b":")
    if before.strip() != b'"' or not colon:
        return None
    return _printable(after.strip().partition(b'"')[2].partition(b'"')[0]) if after.strip().startswith(b'"') else None


def _printable(raw: bytes) -> str | None:
    try:
        text = raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return None
    return text[:MAX_TEXT] if text and text.isprintable() else None
