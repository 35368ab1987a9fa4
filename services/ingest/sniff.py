"""What a file is, by its first bytes: never by its name, which people get wrong and attackers choose.

Magic numbers are those of the formats' own specifications. A type that we take has a kind; the others name their cure.
Render looks once more, in the cage, before it opens a file: tests/contract/test_sniffers.py keeps the two of one mind.
"""

from dataclasses import dataclass

from runtime.refusal import Refused
from schemas.asset import Kind

HEAD_BYTES = 65536
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
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2", "image"),
    (b"\xff\x4f\xff\x51", "image/x-jp2-codestream", "image"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon", "image"),
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
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
"""What a film from before `ftyp` begins with, behind four bytes of length."""
_POSTSCRIPT = (
    "The file is PostScript (EPS, or AI without PDF inside): a program, not a picture.",
    "Save it as PDF, or as AI with 'Create PDF Compatible File', or export it as PNG or TIFF.",
)
_ARCHIVE = ("This is an archive.", "Unpack it and drop the files in it.")
_PLAYLIST = ("This is a playlist: it only names other files.", "Drop the video file itself.")
_FLOATING = "Export it as TIFF with 16 bits, JPEG or PNG, and drop that."
_OLD_FILM = ("This is an old kind of video that we do not take.", "Export it as MP4 and drop that.")
_UNWANTED: tuple[tuple[bytes, str, str], ...] = (
    (b"%!PS", *_POSTSCRIPT),
    (b"\xc5\xd0\xd3\xc6", *_POSTSCRIPT),
    (b"Rar!", *_ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", *_ARCHIVE),
    (b"BZh", *_ARCHIVE),
    (b"\xfd7zXZ\x00", *_ARCHIVE),
    (b"\x28\xb5\x2f\xfd", *_ARCHIVE),
    (b"MZ", "This is a program.", "Drop pictures, videos, 3D models or PDFs."),
    (b"\x7fELF", "This is a program.", "Drop pictures, videos, 3D models or PDFs."),
    (b"\x76\x2f\x31\x01", "This is an OpenEXR picture, which we do not take.", _FLOATING),
    (b"#?RADIANCE", "This is a Radiance picture, which we do not take.", _FLOATING),
    (b"FLV\x01", *_OLD_FILM),
    (b"\x00\x00\x01\xba", *_OLD_FILM),
    (b"\x00\x00\x01\xb3", *_OLD_FILM),
)
_LISTS = (b"#extm3u", b"[playlist]", b"ffconcat", b"<asx", b"<smil", b"v=0\r\no=", b"v=0\no=")
_UNKNOWN = Refused(
    "We do not know what kind of file this is: its first bytes fit no format that we take.",
    "Open it on your machine; if it shows, export it as JPEG, PNG or TIFF and drop that.",
)


def _riff(head: bytes) -> Sniffed:
    form = head[8:12]
    if form == b"WEBP":
        return Sniffed("image/webp", "image")
    if form == b"AVI ":
        return Sniffed("video/x-msvideo", "video")
    raise _UNKNOWN


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
    """Formats that begin with words."""
    lowered = head[:4096].lower()
    start = lowered.lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%pdf-" in lowered[:1024]:
        return Sniffed("application/pdf", "document")
    if start.startswith(_LISTS) or (start.startswith(b"<?xml") and b"<mpd" in lowered):
        raise Refused(*_PLAYLIST)
    if start.startswith((b"<!doctype html", b"<html", b"<script")):
        raise Refused("This is a web page, not a picture.", "Save the picture itself and drop that.")
    if start.startswith(b"<") and b"<svg" in head[:16384].lower():
        return Sniffed("image/svg+xml", "image")
    if start.startswith(b"{") and b'"asset"' in head:
        return Sniffed("model/gltf+json", "model")
    if head[:1] == b"P" and head[1:2] in b"1234567" and head[2:3].isspace():
        return Sniffed("image/x-portable-anymap", "image")
    return None


def _packed(name: str) -> Sniffed:
    """gzip: a drawing by its name, an archive by any other. What is inside only the cage unpacks."""
    if name.lower().endswith((".svgz", ".svg.gz")):
        return Sniffed("image/svg+xml", "image")
    raise Refused("This is a compressed archive.", "Unpack it and drop the files in it.")


def _transport_stream(head: bytes) -> Sniffed | None:
    """Packets of 188 bytes that begin with a G; camcorders put four bytes before each."""
    found = any(len(head) > at + size and head[at] == head[at + size] == 0x47 for at, size in ((0, 188), (4, 192)))
    return Sniffed("video/mp2t", "video") if found else None


def _zeros(head: bytes) -> Sniffed | None:
    """Truevision's TGA has no mark: a header in which every field is one of those that occur. Pointers look like it."""
    if head[:4] == b"\x00\x00\x02\x00" and head[4:6] != b"\x00\x00":
        raise Refused("This is a mouse pointer, not a picture.", "Save it as PNG and drop that.")
    if len(head) < 18:
        return None
    palette, kind, entries, bits = head[1], head[2], head[5:7], head[16]
    if palette == 0 and (kind not in (2, 3, 10, 11) or entries != b"\x00\x00" or bits not in (8, 15, 16, 24, 32)):
        return None
    if palette == 1 and (kind not in (1, 9) or bits != 8 or head[7] not in (15, 16, 24, 32)):
        return None
    sized = head[12:14] != b"\x00\x00" and head[14:16] != b"\x00\x00"
    return Sniffed("image/x-tga", "image") if palette <= 1 and sized and not head[17] & 0xC0 else None


def sniff(head: bytes, name: str) -> Sniffed:
    """Type of a file from its first bytes; `name` tells camera RAW (TIFF inside) and packed SVG. Raises Refused."""
    for prefix, cause, cure in _UNWANTED:
        if head.startswith(prefix):
            raise Refused(cause, cure)
    if head.startswith(b"\x1f\x8b"):
        return _packed(name)
    # What stands at the very start first: a JPEG may have any word behind its first four bytes.
    if found := _marked(head, name):
        return found
    if head.startswith(b"RIFF"):
        return _riff(head)
    if head[4:8] == b"ftyp":
        return _boxed(head)
    if head.startswith(b"PK\x03\x04"):
        return _zip(head)
    if head[4:8] in _QUICKTIME:
        return Sniffed("video/quicktime", "video")
    if found := _transport_stream(head) or _text(head) or _zeros(head):
        return found
    raise _UNKNOWN


def _marked(head: bytes, name: str) -> Sniffed | None:
    for prefix, media_type, kind in _PREFIXES:
        if head.startswith(prefix):
            raw = _RAW.get(name[name.rfind(".") :].lower()) if media_type == "image/tiff" else None
            return Sniffed(raw or media_type, kind)
    return None
