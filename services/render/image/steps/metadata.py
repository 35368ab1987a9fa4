"""Metadata: a public picture says whose it is, and nothing of where, when, with what and by whom it was made.

But where a machine made it up, that mark stays (`runtime/origin.py`): marketplaces ask for it.
"""

import pyvips

from runtime.origin import mark, origin
from services.render.image.picture import Source

# EXIF's own words for the owner; GPS, serial numbers, people's names, thumbnails, XMP, IPTC and profiles go.
KEPT = ("exif-ifd0-Copyright",)


def strip(source: Source) -> None:
    """Take everything but the copyright out of the decoded picture, and so out of all that is made from it."""
    source.origin = origin(source.pixels, source.path)
    source.image = _without(source.pixels, source.origin)
    source.has_copyright = any(source.image.get_typeof(name) for name in KEPT)
    if source.native is not None:
        source.native = _without(source.native, source.origin, but=("icc-profile-data",))


# Fields that came with the file; the others (width, bands …) are the picture's own.
FROM_THE_FILE = ("exif-", "png-comment-", "gif-", "jpeg-", "iptc-", "xmp-", "icc-", "photoshop-", "gainmap-", "heif-")
ALONE = ("orientation", "delay", "loop", "n-pages", "page-height", "background", "image-description")


def _without(image: pyvips.Image, made: str | None, but: tuple[str, ...] = ()) -> pyvips.Image:
    image = image.copy()
    for name in image.get_fields():
        if _is_metadata(name) and name not in (*KEPT, *but):
            image.remove(name)
    if made:
        mark(image, made)
    return image


def _is_metadata(name: str) -> bool:
    return name in ALONE or name.startswith(FROM_THE_FILE)
