"""HEIC and HEIF by libheif (pi-heif, built without the GPL encoder); AVIF, which shares their container, by libvips."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyvips

from runtime.refusal import Refused
from services.render.image.completeness import EXPORT_AGAIN, raise_if_short_of_memory, unreadable
from services.render.image.decoders import native
from services.render.image.decoders.memory import from_memory, sound, tagged
from services.render.image.decoders.opened import Opened, Shrink
from services.render.image.decoders.rights import with_rights
from services.render.image.limits import Header, check_header
from services.render.image.loaders import load
from services.render.recipe import Recipe

BANDS = {"L": 1, "LA": 2, "La": 2, "RGB": 3, "RGBA": 4, "RGBa": 4}
# Colour primaries of ITU-T H.273 that files without an ICC profile name by number: 12 is Display P3.
DISPLAY_P3 = 12


def open_picture(path: Path, kind: str, recipes: Sequence[Recipe]) -> Opened:
    """Look which codec is inside, and open with that one's library. Raises Refused."""
    try:
        image = load(path, "avif")
    except pyvips.Error as error:
        raise unreadable(kind) from error
    codec = image.get("heif-compression") if image.get_typeof("heif-compression") else "av1"
    if codec == "av1":
        return native.opened(path, "avif", "avif")
    # The size that libvips read from the header holds for any codec: judged before libheif may reserve memory for it.
    check_header(Header("heic", image.width, image.height, image.bands, 1, 1), path.stat().st_size)
    return _hevc(path)


def _hevc(path: Path) -> Opened:
    """Phones' photos: the primary picture of the file, already turned upright by what the container says."""
    import pi_heif

    pi_heif.options.DECODE_THREADS = 1
    pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
    try:
        picture: Any = pi_heif.open_heif(path, convert_hdr_to_8bit=True)
        width, height = picture.size
        info, mode = picture.info, picture.mode
    except (ValueError, EOFError, SyntaxError, RuntimeError, OSError, IndexError) as error:
        raise unreadable("heic") from error
    profile = sound(info.get("icc_profile")) or _named_profile(info.get("nclx_profile"))
    metadata = sum(len(block["data"]) for block in info.get("metadata", [])) + len(info.get("exif") or b"")

    def read(shrink: Shrink) -> pyvips.Image:
        try:
            pixels = picture.data
        except (ValueError, EOFError, SyntaxError, RuntimeError, OSError) as error:
            raise_if_short_of_memory(error)
            raise Refused("The photo is damaged or cut off: not all of it can be read.", EXPORT_AGAIN) from error
        across, down = picture.size
        image = from_memory(pixels, across, down, BANDS[mode])
        if mode.endswith("a"):
            image = image.unpremultiply().cast("uchar")
        return shrink(with_rights(tagged(image, profile), info.get("exif")))

    # Browsers and phones ignore the EXIF orientation of a HEIC: the container's own rotation has been applied.
    header = Header("heic", width, height, BANDS[mode], len(picture), 1, metadata=metadata)
    return Opened(header, read, profile)


def _named_profile(nclx: dict[str, Any] | None) -> bytes | None:
    """The profile of a wide gamut that a file names by number; None is sRGB, which all others are taken for."""
    if nclx is None or nclx.get("color_primaries") != DISPLAY_P3:
        return None
    return bytes(pyvips.Operation.call("profile_load", "p3"))
