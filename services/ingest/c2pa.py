"""Whether a picture carries Content Credentials (C2PA), and what they plainly say of its making. Runs in the cage only.

Only read, never verified: the signature is not checked, so this is what the file says of itself.
"""

from collections.abc import Iterator
from pathlib import Path

HEAD = 16_000_000
"""Bytes looked at: manifests hold thumbnails, and stand before the picture."""
MAX_TEXT = 200
_JUMBF = b"jumb"
_APP11, _SCAN = 0xEB, 0xDA
_PNG = b"\x89PNG\r\n\x1a\n"
_NAMES = {b"claim_generator": "generator", b"digitalSourceType": "digital_source_type"}


def fields(path: Path) -> dict[str, object]:
    """`{"c2pa": {"generator", "digital_source_type"}}`, what of it can be read; nothing where there is no manifest."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    manifest = b"".join(_of_png(head) if head.startswith(_PNG) else _of_jpeg(head))
    if _JUMBF not in manifest or b"c2pa" not in manifest:
        return {}
    said = {name: text for key, name in _NAMES.items() if (text := _text_after(manifest, key))}
    if "digital_source_type" in said:
        said["digital_source_type"] = source_type(said["digital_source_type"])
    return {"c2pa": said}


def source_type(uri: str) -> str:
    """`http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia` → its last word."""
    return uri.rstrip("/").rpartition("/")[2]


def _of_jpeg(head: bytes) -> Iterator[bytes]:
    """What its APP11 segments hold; a box of many segments has its header in each of them."""
    at = 2 if head.startswith(b"\xff\xd8") else len(head)
    while at + 4 <= len(head) and head[at] == 0xFF and head[at + 1] != _SCAN:
        size = int.from_bytes(head[at + 2 : at + 4], "big")
        body = head[at + 4 : at + 2 + size]
        if head[at + 1] == _APP11 and body.startswith(b"JP"):
            first = body[4:8] == b"\0\0\0\1"
            yield body[8:] if first else body[16:]
        at += 2 + max(size, 2)


def _of_png(head: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while at + 8 <= len(head) and (name := head[at + 4 : at + 8]) != b"IDAT":
        size = int.from_bytes(head[at : at + 4], "big")
        if name == b"caBX":
            yield head[at + 8 : at + 8 + size]
        at += 12 + size


def _text_after(manifest: bytes, key: bytes) -> str | None:
    """The text that stands right after a key: CBOR writes its length before it, JSON quotes it."""
    at = manifest.find(key)
    while at >= 0:
        at += len(key)
        if text := _cbor(manifest[at : at + 3 + MAX_TEXT]) or _json(manifest[at : at + 6 + MAX_TEXT]):
            return text
        at = manifest.find(key, at)
    return None


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
