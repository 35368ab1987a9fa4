"""What HTTP asks of whoever serves files (RFC 9110): media types, validators, one range. Pure."""

import re

TYPES = {
    "jpeg": "image/jpeg", "jpg": "image/jpeg", "webp": "image/webp", "png": "image/png", "avif": "image/avif",
    "gif": "image/gif", "tif": "image/tiff", "tiff": "image/tiff", "mp4": "video/mp4", "m4s": "video/iso.segment",
    "vtt": "text/vtt", "m3u8": "application/vnd.apple.mpegurl", "glb": "model/gltf-binary",
    "usdz": "model/vnd.usdz+zip", "json": "application/json",
}  # fmt: skip
"""By the ending of the object, which render gave it; the bytes are ours, so they are what they say."""
BINARY = "application/octet-stream"
BLOCK = 1024 * 1024
"""What of an object is in memory for each client. A slow one holds nothing of the store's between two blocks."""
SANDBOX = "default-src 'none'; sandbox"
PLAYER = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'"
"""A film that is opened by itself is shown in the browser's own player."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def etag_of(sha256: str, key: str) -> str:
    """Of a rendition, without quotes. Its key names content and recipe, and is never written with other bytes: where
    there is no hash, it is as good as one.
    """
    return sha256 or key.removeprefix("renditions/").replace("/", "-")


def type_of(key: str) -> str:
    """The media type of an object of ours."""
    return TYPES.get(key.rpartition(".")[2], BINARY)


def policy(kind: str) -> str:
    """The content security policy of a file that is opened by itself."""
    return PLAYER if kind == "video/mp4" else SANDBOX


def matches(etag: str, asked: str | None) -> bool:
    """Whether `If-None-Match` names it. etag: with its quotes."""
    wanted = [part.strip().removeprefix("W/") for part in (asked or "").split(",")]
    return etag in wanted or "*" in wanted


def part(asked: str | None, if_range: str | None, etag: str, size: int) -> range | None:
    """The bytes that are wanted, empty where there are none such.

    None for all: no range, several, or of bytes that have changed since.
    """
    wanted = _RANGE.fullmatch(asked or "")
    if not wanted or not (wanted[1] or wanted[2]) or (wanted[1] and wanted[2] and int(wanted[2]) < int(wanted[1])):
        return None
    if if_range and if_range != etag:
        return None
    if not wanted[1]:
        return range(max(0, size - int(wanted[2])), size) if int(wanted[2]) else range(size, size)
    return range(int(wanted[1]), min(size, int(wanted[2]) + 1) if wanted[2] else size)
