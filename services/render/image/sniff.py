"""What a file is, told from its first bytes; its name is never asked."""

import struct
from dataclasses import dataclass
from typing import Literal

# How much of a file `sniff` wants to see: TIFF keeps its first directory at the start in all cameras' RAW files
# that pretend to be TIFF, PDF may have junk before its mark.
HEAD = 64 * 1024

Family = Literal["image", "video", "model", "document"]


@dataclass(frozen=True)
class Kind:
    """A format: its short name, and its family (None: nothing that a product picture could be)."""

    name: str
    family: Family | None


def _image(name: str) -> Kind:
    return Kind(name, "image")


# Marks at the very start, the longer before the shorter.
_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", _image("jpeg")),
    (b"\x89PNG\r\n\x1a\n", _image("png")),
    (b"GIF87a", _image("gif")),
    (b"GIF89a", _image("gif")),
    (b"8BPS", _image("psd")),
    (b"BM", _image("bmp")),
    (b"\x00\x00\x01\x00", _image("ico")),
    (b"\x00\x00\x00\x0cjP  \r\n", _image("jp2")),
    (b"\xff\x4f\xff\x51", _image("jp2")),
    (b"\x00\x00\x00\x0cJXL \r\n", _image("jxl")),
    (b"\xff\x0a", _image("jxl")),
    (b"\x76\x2f\x31\x01", _image("exr")),
    (b"#?RADIANCE", _image("hdr")),
    (b"IIU\x00", _image("raw")),
    (b"IIRO", _image("raw")),
    (b"IIRS", _image("raw")),
    (b"MMOR", _image("raw")),
    (b"FUJIFILMCCD-RAW", _image("raw")),
    (b"%!PS", Kind("eps", "document")),
    (b"\xc5\xd0\xd3\xc6", Kind("eps", "document")),
    (b"\x1a\x45\xdf\xa3", Kind("matroska", "video")),
    (b"FLV\x01", Kind("flv", "video")),
    (b"\x00\x00\x01\xba", Kind("mpeg", "video")),
    (b"\x00\x00\x01\xb3", Kind("mpeg", "video")),
    (b"glTF", Kind("glb", "model")),
    (b"PK\x03\x04", Kind("zip", None)),
    (b"\x1f\x8b", Kind("gzip", None)),
)
_QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# TIFF tags: NewSubfileType (bit 0: this is the small preview of something else), DNGVersion.
_SUBFILE, _DNG = 254, 0xC612


def sniff(head: bytes) -> Kind:
    """The format of a file whose first `HEAD` bytes are given. Never raises; `unknown` when nothing fits."""
    for mark, kind in _STARTS:
        if head.startswith(mark):
            return kind
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return _image("raw" if _is_camera_raw(head) else "tiff")
    if head[:4] == b"RIFF":
        return {b"WEBP": _image("webp"), b"AVI ": Kind("avi", "video")}.get(head[8:12], Kind("unknown", None))
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[:4] == b"\x00\x00\x02\x00":  # a cursor counts its pictures next, TGA has zeros there
        return _image("ico" if head[4:6] != b"\x00\x00" else "tga")
    if head[4:8] in _QUICKTIME_ATOMS:
        return Kind("mov", "video")
    if len(head) > 188 and head[0] == head[188] == 0x47:
        return Kind("mpeg-ts", "video")
    return _text(head)


def _iso_media(head: bytes) -> Kind:
    """ISO base media: the brands tell AVIF from HEIC from video."""
    size = min(max(int.from_bytes(head[:4], "big"), 16), 4096)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))}
    if head[8:12] == b"crx ":
        return _image("raw")
    if brands & {b"avif", b"avis"}:
        return _image("avif")
    if brands & _HEIC_BRANDS:
        return _image("heic")
    return Kind("mp4", "video")


def _is_camera_raw(head: bytes) -> bool:
    """Whether a TIFF is a camera's RAW: decoded as TIFF it would give its stamp-sized preview as the picture."""
    if head[8:10] == b"CR":
        return True
    order = "<" if head[:2] == b"II" else ">"
    try:
        (at,) = struct.unpack_from(order + "I", head, 4)
        (count,) = struct.unpack_from(order + "H", head, at)
        for index in range(min(count, 200)):
            tag, _type, _n, value = struct.unpack_from(order + "HHII", head, at + 2 + 12 * index)
            if tag == _DNG or (tag == _SUBFILE and value & 1):
                return True
    except struct.error:  # the directory lies behind what we read, as in ordinary TIFFs; RAW files have it first
        return False
    return False


def _text(head: bytes) -> Kind:
    """Formats that begin with words, perhaps after other words."""
    lowered = head[:4096].lower()
    if b"%pdf-" in lowered[:1024]:
        return Kind("pdf", "document")
    if b"<svg" in lowered:
        return _image("svg")
    if lowered.lstrip()[:1] == b"{" and b'"asset"' in head:
        return Kind("gltf", "model")
    if head[:1] == b"P" and head[1:2] in b"1234567" and head[2:3].isspace():
        return _image("ppm")
    return Kind("unknown", None)
