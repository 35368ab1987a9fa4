"""What a file's header may claim before a single pixel is decoded. libvips itself has no such bounds."""

from dataclasses import dataclass
from typing import Any

import pyvips

from runtime.refusal import Refused

MEGA = 1_000_000
MAX_PIXELS = 100 * MEGA
MAX_SIDE = 30_000
MAX_FRAMES = 500
MAX_FILM_PIXELS = 200 * MEGA  # of all frames of an animation
MAX_BANDS = 5  # CMYK and transparency
MAX_METADATA = 16 * 2**20  # Photoshop's list of ancestors has been seen with 10 MB
MAX_PROFILE = 2 * 2**20
METADATA = ("exif-data", "xmp-data", "iptc-data", "icc-profile-data", "photoshop-data")
# Bytes of pixels that one byte of a file can stand for at most: DEFLATE gives 1032, a JPEG block takes two bits, runs
# of one colour (Photoshop, BMP, TGA) 255. A GIF's code of 12 bits at most stands for less than 4096 pixels, which come
# as four bands at most: 4096 * 4 * 8 / 12. Formats that code whole areas at once (WebP, HEIC, AVIF) have no such bound.
MOST_EXPANDED = {"jpeg": 1100, "png": 1100, "psd": 1100, "bmp": 1100, "tga": 1100, "gif": 10_923}
ANIMATED = ("gif", "webp")


@dataclass(frozen=True)
class Header:
    """What a file says of itself. Sizes in pixels as stored, before EXIF rotation; metadata in bytes.

    most: samples that one byte of this file can stand for at most, where its format alone does not tell.
    """

    format: str
    width: int
    height: int
    bands: int
    frames: int
    orientation: int
    interlaced: bool = False
    metadata: int = 0
    most: float | None = None


def read_header(image: pyvips.Image, kind: str) -> Header:
    """The header of a picture that was opened but not decoded."""
    orientation = int(_field(image, "orientation", 1))
    return Header(
        format=kind,
        width=image.width,
        height=image.height,
        bands=image.bands,
        frames=int(_field(image, "n-pages", 1)),
        orientation=orientation if 1 <= orientation <= 8 else 1,
        interlaced=bool(_field(image, "interlaced", 0)),
        metadata=sum(_size(image, name) for name in METADATA),
    )


def check_header(header: Header, file_bytes: int) -> None:
    """Raise Refused when the header passes a bound."""
    pixels = header.width * header.height
    if pixels > MAX_PIXELS:
        raise Refused(
            f"The picture has {pixels // MEGA} megapixels ({header.width} x {header.height}); we take up to 100.",
            "Save it smaller and drop it once more.",
        )
    if max(header.width, header.height) > MAX_SIDE:
        raise Refused(
            f"The picture is {header.width} x {header.height} pixels; a side may have up to 30,000.",
            "Save it smaller or cut it into parts.",
        )
    if header.frames > MAX_FRAMES:
        raise Refused(f"The file holds {header.frames} pictures; we take up to 500.", "Save the first of them alone.")
    if header.format in ANIMATED and pixels * header.frames > MAX_FILM_PIXELS:
        total = pixels * header.frames // MEGA
        raise Refused(
            f"The animation has {total} megapixels in {header.frames} frames; we take up to 200.",
            "Save it smaller or with fewer frames, or drop it as a video.",
        )
    if header.bands > MAX_BANDS:
        raise Refused(
            f"The picture has {header.bands} colour channels; we take up to 5.",
            "Convert it to RGB or CMYK without extra channels.",
        )
    most = header.most or MOST_EXPANDED.get(header.format)
    if most and pixels * header.bands > file_bytes * most:
        raise Refused(
            f"The file declares {header.width} x {header.height} pixels, but {file_bytes} bytes cannot hold them.",
            "The file is damaged: export the picture again.",
        )
    if header.metadata > MAX_METADATA:
        raise Refused(
            f"The file carries {header.metadata // 2**20} MB beside its pixels.", "Export it without metadata."
        )


def profile(image: pyvips.Image) -> bytes | None:
    """The embedded colour profile, or None when there is none or it is too large to be one."""
    found = _field(image, "icc-profile-data", None)
    return found if isinstance(found, bytes) and len(found) <= MAX_PROFILE else None


def dpi(image: pyvips.Image) -> tuple[float, float] | None:
    """Dots per inch across and down, where the file says them (libvips gives one a millimetre otherwise)."""
    across, down = image.xres * 25.4, image.yres * 25.4
    return (round(across, 2), round(down, 2)) if (image.xres, image.yres) not in ((1.0, 1.0), (0.0, 0.0)) else None


def _field(image: pyvips.Image, name: str, default: Any) -> Any:
    return image.get(name) if image.get_typeof(name) else default


def _size(image: pyvips.Image, name: str) -> int:
    found = _field(image, name, b"")
    return len(found) if isinstance(found, bytes) else 0
