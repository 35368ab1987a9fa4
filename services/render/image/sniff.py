"""What a file is, told from its first bytes; its name is never asked."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# How much of a file `sniff` wants to see: TIFF keeps its first directory at the start in all cameras' RAW files
# that pretend to be TIFF, PDF may have junk before its mark.
HEAD = 64 * 1024
DIRECTORY = 4096  # bytes of a TIFF's list of fields

# An SVG may begin with comments and a document type before it says <svg.
SVG_WITHIN = 16 * 1024

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
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", _image("jp2")),
    (b"\xff\x4f\xff\x51", _image("jp2")),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", _image("jxl")),
    (b"\xff\x0a", _image("jxl")),
    (b"\x76\x2f\x31\x01", _image("exr")),
    (b"#?RADIANCE", _image("hdr")),
    (b"IIU\x00", _image("raw")),
    (b"IIRO", _image("raw")),
    (b"IIRS", _image("raw")),
    (b"MMOR", _image("raw")),
    (b"FUJIFILMCCD-RAW ", _image("raw")),
    (b"FOVb", _image("raw")),
    (b"%!PS", Kind("eps", "document")),
    (b"\xc5\xd0\xd3\xc6", Kind("eps", "document")),
    (b"\x1a\x45\xdf\xa3", Kind("matroska", "video")),
    (b"FLV\x01", Kind("flv", "video")),
    (b"\x00\x00\x01\xba", Kind("mpeg", "video")),
    (b"\x00\x00\x01\xb3", Kind("mpeg", "video")),
    (b"glTF", Kind("glb", "model")),
    (b"Rar!", Kind("archive", None)),
    (b"7z\xbc\xaf\x27\x1c", Kind("archive", None)),
    (b"BZh", Kind("archive", None)),
    (b"\xfd7zXZ\x00", Kind("archive", None)),
    (b"\x28\xb5\x2f\xfd", Kind("archive", None)),
    (b"\x1f\x8b", _image("gzip")),  # a picture only as a packed SVG, which the decoder finds out
    (b"MZ", Kind("program", None)),
    (b"\x7fELF", Kind("program", None)),
)
# Words at the start of files that name other files to open: never opened themselves.
_PLAYLISTS = (b"#extm3u", b"[playlist]", b"ffconcat", b"<asx", b"<smil", b"v=0\r\no=", b"v=0\no=")
_WEB_PAGES = (b"<!doctype html", b"<html", b"<script")
_QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_WRAPPERS = {b"mif1", b"mif2", b"miaf", b"msf1"}
# TIFF tags: NewSubfileType (bit 0: this is the small preview of something else), Compression, Photometric, DNGVersion.
_SUBFILE, _COMPRESSION, _PHOTOMETRIC, _DNG = 254, 259, 262, 0xC612
# What only cameras write: Sony, Nikon, Samsung, Pentax pack so; a colour filter array, or linear sensor values.
_CAMERA_PACKING = {32767, 32769, 32770, 34713, 65535}
_SENSOR = {32803, 34892}


def sniff(head: bytes) -> Kind:
    """The format of a file whose first `HEAD` bytes are given. Never raises; `unknown` when nothing fits."""
    if not head:
        return Kind("empty", None)
    for mark, kind in _STARTS:
        if head.startswith(mark):
            return kind
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return _image("raw" if _is_camera_raw(head) else "tiff")
    if head[:4] == b"RIFF":
        return {b"WEBP": _image("webp"), b"AVI ": Kind("avi", "video")}.get(head[8:12], Kind("unknown", None))
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[:4] == b"PK\x03\x04":
        return _zip(head)
    if head[4:8] in _QUICKTIME_ATOMS:
        return Kind("mov", "video")
    if len(head) > 188 and (head[0] == head[188] == 0x47 or (len(head) > 196 and head[4] == head[196] == 0x47)):
        return Kind("mpeg-ts", "video")  # packets of 188 bytes, or of 192 in camcorders
    return _text(head) or _zeros(head) or Kind("unknown", None)


def sniff_file(path: Path) -> Kind:
    """The same for a file; of a TIFF the first directory is read wherever it lies. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        kind = sniff(head)
        if kind.name == "tiff" and _directory_at(head) > len(head) - DIRECTORY:
            file.seek(_directory_at(head))
            return _image("raw" if _names_a_sensor(file.read(DIRECTORY), _order(head)) else "tiff")
    return kind


def _zip(head: bytes) -> Kind:
    """USDZ is a ZIP whose first file is the scene."""
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")].lower()
    return Kind("usdz", "model") if first.endswith((b".usda", b".usdc", b".usd")) else Kind("zip", None)


def _iso_media(head: bytes) -> Kind:
    """ISO base media: the brand tells AVIF from HEIC from video."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brand = head[8:12]
    if brand in _WRAPPERS:  # these say only that it is a picture: another one says how it is coded
        inside = (head[at : at + 4] for at in range(16, size - 3, 4))
        brand = next((other for other in inside if other in _AVIF_BRANDS | _HEIC_BRANDS), b"heic")
    if brand == b"crx ":
        return _image("raw")
    if brand in _AVIF_BRANDS:
        return _image("avif")
    return _image("heic") if brand in _HEIC_BRANDS else Kind("mp4", "video")


def _is_camera_raw(head: bytes) -> bool:
    """Whether a TIFF is a camera's RAW: decoded as TIFF it would give its stamp-sized preview as the picture."""
    if head[8:10] == b"CR" or head[8:12] == b"IIII":  # Canon, Phase One
        return True
    return _names_a_sensor(head[_directory_at(head) :], _order(head))


def _names_a_sensor(directory: bytes, order: str) -> bool:
    """Whether a TIFF directory speaks of a preview, a sensor or a packing that only cameras have."""
    try:
        (count,) = struct.unpack_from(order + "H", directory)
        for index in range(min(count, 200)):
            tag, _type, _n, value = struct.unpack_from(order + "HHII", directory, 2 + 12 * index)
            (short,) = struct.unpack_from(order + "H", directory, 10 + 12 * index)
            if tag == _DNG or (tag == _SUBFILE and value & 1):
                return True
            if (tag == _COMPRESSION and short in _CAMERA_PACKING) or (tag == _PHOTOMETRIC and short in _SENSOR):
                return True
    except struct.error:  # the directory lies behind what was read: `sniff_file` looks there
        return False
    return False


def _order(head: bytes) -> str:
    return "<" if head[:2] == b"II" else ">"


def _directory_at(head: bytes) -> int:
    return int.from_bytes(head[4:8], "little" if head[:2] == b"II" else "big")


def _zeros(head: bytes) -> Kind | None:
    """Truevision's TGA has no mark: a header in which every field is one of those that occur. Pointers look like it."""
    if head[:4] == b"\x00\x00\x02\x00" and head[4:6] != b"\x00\x00":  # how many pictures are in it
        return _image("cur")
    if len(head) < 18:
        return None
    palette, kind, entries, bits = head[1], head[2], head[5:7], head[16]
    if palette == 0 and (kind not in (2, 3, 10, 11) or entries != b"\x00\x00" or bits not in (8, 15, 16, 24, 32)):
        return None
    if palette == 1 and (kind not in (1, 9) or bits != 8 or head[7] not in (15, 16, 24, 32)):
        return None
    sized = head[12:14] != b"\x00\x00" and head[14:16] != b"\x00\x00"
    return _image("tga") if palette <= 1 and sized and not head[17] & 0xC0 else None


def _text(head: bytes) -> Kind | None:
    """Formats that begin with words, perhaps after other words."""
    lowered = head[:4096].lower()
    start = lowered.lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%pdf-" in lowered[:1024]:
        return Kind("pdf", "document")
    if start.startswith(_PLAYLISTS) or (start.startswith(b"<?xml") and b"<mpd" in lowered):
        return Kind("playlist", None)
    if start.startswith(_WEB_PAGES):
        return Kind("web-page", None)
    if b"<svg" in head[:SVG_WITHIN].lower() and start.startswith(b"<"):
        return _image("svg")
    if start[:1] == b"{" and b'"asset"' in head:
        return Kind("gltf", "model")
    if head[:1] == b"P" and head[1:2] in b"1234567" and head[2:3].isspace():
        return _image("ppm")
    return None
