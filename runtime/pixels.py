"""The one place that opens strangers' pictures with libvips: which decoders may run, how large a picture may be."""

import os
from pathlib import Path

import pyvips

from runtime.refusal import Refused

# All loaders are off, these on: JPEG, PNG, WebP, GIF, TIFF, HEIF and AVIF. Not SVG (reads its neighbours' files), not
# libvips' own and raw formats (never fuzzed), not ImageMagick.
ALLOWED = ("Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif")

# A header can claim 64,250 pixels a side in five kilobytes and libvips opens it: checked before any pixel is decoded.
MAX_PIXELS = 200_000_000
MAX_SIDE = 32_000
MAX_BANDS = 5

CURE = "Export it again as JPEG, PNG or TIFF, and drop it once more."


def lock_down() -> None:
    """Once in each process that opens pictures, before the first one."""
    pyvips.operation_block_set("VipsForeignLoad", True)
    for name in ALLOWED:
        pyvips.operation_block_set(f"VipsForeignLoad{name}", False)
    pyvips.cache_set_max(0)  # each picture is opened once: a cache only keeps memory and open files
    pyvips.concurrency_set(1)  # parallel by children


def open_checked(path: Path) -> pyvips.Image:
    """Open the header only, and check what it claims. Raises Refused."""
    if os.stat(path).st_size == 0:
        raise Refused("The file is empty.", "Copy it again and drop it once more.")
    try:
        image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="truncated")
    except pyvips.Error as error:
        raise refusal(error) from error
    width, height = image.width, image.height
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused(
            f"The picture claims {width} × {height} pixels, more than we take.",
            f"Export it with at most {MAX_PIXELS // 1_000_000} megapixels and {MAX_SIDE} pixels a side.",
        )
    if image.bands > MAX_BANDS:
        raise Refused(f"The picture has {image.bands} colour channels.", "Export it as RGB and drop it once more.")
    return image


def upright_size(image: pyvips.Image) -> tuple[int, int]:
    """Width and height once the EXIF orientation is applied."""
    turned = image.get_typeof("orientation") != 0 and image.get("orientation") in (5, 6, 7, 8)
    return (image.height, image.width) if turned else (image.width, image.height)


def thumbnail(path: Path, size: int) -> pyvips.Image:
    """As `largest_within` a square of `size` pixels."""
    return largest_within(path, size, size)


def largest_within(path: Path, width: int, height: int) -> pyvips.Image:
    """The picture upright in 8-bit sRGB (3 or 4 bands) in memory, at most so large, never enlarged.

    JPEG, WebP and HEIF are decoded at about that size. Check the header first. Raises Refused.
    """
    try:
        small = pyvips.Image.thumbnail(str(path), width, height=height, size="down", fail_on="truncated")
        small = small.icc_transform("srgb") if _has_other_profile(small) else small
        small = small.colourspace("srgb").cast("uchar")
        if small.bands == 2 or small.bands > 4:  # grey with alpha comes as 4 above; anything else keeps its colours
            small = small.extract_band(0, n=3)
        return small.copy_memory()
    except pyvips.Error as error:
        raise refusal(error) from error


def _has_other_profile(image: pyvips.Image) -> bool:
    return image.get_typeof("icc-profile-data") != 0 and image.interpretation in ("srgb", "cmyk", "b-w", "rgb16")


def refusal(error: pyvips.Error) -> Refused:
    """What libvips says, said so that a photographer can mend it."""
    said = str(error).lower()
    if any(words in said for words in ("not a known file format", "is blocked", "compression format")):
        return Refused("This is not a picture that we can open.", CURE)
    if any(word in said for word in ("truncated", "premature", "end of file", "end of stream", "read error", "eof")):
        return Refused("The picture is cut off: its end is missing.", "Copy or export it again, and drop it once more.")
    return Refused("The picture is damaged and cannot be read.", CURE)
