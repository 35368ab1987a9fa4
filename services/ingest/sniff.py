"""What a file is, by its first bytes: never by its name, which people get wrong and attackers choose.

Magic numbers are those of the formats' own specifications. A type that we take has a kind; the others name their cure.
"""

from dataclasses import dataclass

from runtime.refusal import Refused
from schemas.asset import Kind

HEAD_BYTES = 4096
"""How much of a file `sniff` wants to see."""


@dataclass(frozen=True)
class Sniffed:
    """Media type and family of work."""

    media_type: str
    kind: Kind


_PREFIXES: tuple[tuple[bytes, str, Kind], ...] = (
    (b"\xff\xd8\xff", "image/jpeg", "image"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "image"),
    (b"GIF87a", "image/gif", "image"),
    (b"GIF89a", "image/gif", "image"),
    (b"8BPS", "image/vnd.adobe.photoshop", "image"),
    (b"BM", "image/bmp", "image"),
    (b"\xff\x0a", "image/jxl", "image"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl", "image"),
    (b"IIU\x00", "image/x-panasonic-rw2", "image"),
    (b"IIRO", "image/x-olympus-orf", "image"),
    (b"IIRS", "image/x-olympus-orf", "image"),
    (b"MMOR", "image/x-olympus-orf", "image"),
    (b"FUJIFILMCCD-RAW ", "image/x-fuji-raf", "image"),
    (b"FOVb", "image/x-sigma-x3f", "image"),
    (b"II\x2a\x00", "image/tiff", "image"),
    (b"MM\x00\x2a", "image/tiff", "image"),
    (b"II\x2b\x00", "image/tiff", "image"),
    (b"MM\x00\x2b", "image/tiff", "image"),
    (b"%PDF-", "application/pdf", "document"),
    (b"\x1aE\xdf\xa3", "video/x-matroska", "video"),
    (b"glTF", "model/gltf-binary", "model"),
)
_BRANDS: dict[bytes, tuple[str, Kind]] = {
    b"avif": ("image/avif", "image"),
    b"avis": ("image/avif", "image"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis"), ("image/heic", "image")),
    **dict.fromkeys((b"hevc", b"hevx", b"hevm", b"hevs"), ("image/heic-sequence", "image")),
    **dict.fromkeys((b"mif1", b"mif2", b"miaf"), ("image/heif", "image")),
    b"msf1": ("image/heif-sequence", "image"),
    b"crx ": ("image/x-canon-cr3", "image"),
    b"qt  ": ("video/quicktime", "video"),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3gp7"), ("video/3gpp", "video")),
}
_WRAPPERS = {b"mif1", b"mif2", b"miaf", b"msf1"}
"""Brands that say only «a picture in a box»; which coding lies in it, the compatible brands say."""
_RAW = {
    ".cr2": "image/x-canon-cr2",
    ".nef": "image/x-nikon-nef",
    ".arw": "image/x-sony-arw",
    ".dng": "image/x-adobe-dng",
    ".nrw": "image/x-nikon-nrw",
    ".pef": "image/x-pentax-pef",
    ".srw": "image/x-samsung-srw",
    ".3fr": "image/x-hasselblad-3fr",
    ".iiq": "image/x-phaseone-iiq",
}
_UNWANTED: tuple[tuple[bytes, str, str], ...] = (
    (b"%!PS", "This is PostScript (EPS), which is a program.", "Export it as PDF, TIFF or PSD and drop that."),
    (
        b"\xc5\xd0\xd3\xc6",
        "This is PostScript (EPS), which is a program.",
        "Export it as PDF, TIFF or PSD and drop that.",
    ),
    (b"Rar!", "This is an archive.", "Unpack it and drop the files in it."),
    (b"7z\xbc\xaf", "This is an archive.", "Unpack it and drop the files in it."),
    (b"\x1f\x8b", "This is a compressed archive.", "Unpack it and drop the files in it."),
    (b"#EXTM3U", "This is a playlist, not a video.", "Drop the video file itself."),
    (b"MZ", "This is a program.", "Drop pictures, videos, 3D models or PDFs."),
    (b"\x7fELF", "This is a program.", "Drop pictures, videos, 3D models or PDFs."),
)
_UNKNOWN = Refused(
    "We do not know what kind of file this is: its first bytes fit no format that we take.",
    "Open it on your machine; if it shows, export it as JPEG, PNG or TIFF and drop that.",
)


def _riff(head: bytes) -> Sniffed | None:
    form = head[8:12]
    if form == b"WEBP":
        return Sniffed("image/webp", "image")
    return Sniffed("video/x-msvideo", "video") if form == b"AVI " else None


def _boxed(head: bytes) -> Sniffed:
    """ISO base media (`ftyp`): by its major brand; one that is only a wrapper, by the first that is not."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    if brands[0] in _WRAPPERS:
        brands = [*(brand for brand in brands if brand in _BRANDS and brand not in _WRAPPERS), brands[0]]
    return Sniffed(*_BRANDS.get(brands[0], ("video/mp4", "video")))


def _zip(head: bytes) -> Sniffed:
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")].lower()
    if first.endswith((b".usda", b".usdc", b".usd")):
        return Sniffed("model/vnd.usdz+zip", "model")
    raise Refused("This is an archive.", "Unpack it and drop the files in it.")


def _text(head: bytes) -> Sniffed | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2048].lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) and b"<svg" in head.lower():
        return Sniffed("image/svg+xml", "image")
    if start.startswith((b"<!doctype html", b"<html", b"<script")):
        raise Refused("This is a web page, not a picture.", "Save the picture itself and drop that.")
    return Sniffed("model/gltf+json", "model") if start.startswith(b"{") and b'"asset"' in head else None


def sniff(head: bytes, name: str) -> Sniffed:
    """Type of a file from its first bytes; `name` only tells camera RAW, which is TIFF inside. Raises Refused."""
    for prefix, cause, cure in _UNWANTED:
        if head.startswith(prefix):
            raise Refused(cause, cure)
    if head[4:8] == b"ftyp":
        return _boxed(head)
    if head.startswith(b"RIFF") and (found := _riff(head)):
        return found
    if head.startswith(b"PK\x03\x04"):
        return _zip(head)
    for prefix, media_type, kind in _PREFIXES:
        if head.startswith(prefix):
            raw = _RAW.get(name[name.rfind(".") :].lower()) if media_type == "image/tiff" else None
            return Sniffed(raw or media_type, kind)
    if head[:1] == b"\x47" and head[188:189] == b"\x47":
        return Sniffed("video/mp2t", "video")
    if found := _text(head):
        return found
    raise _UNKNOWN
