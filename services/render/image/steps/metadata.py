"""Metadata: a public picture says whose it is, and nothing of where, when, with what and by whom it was made."""

import pyvips

from services.render.image.picture import Source

# EXIF's own words for the owner; GPS, serial numbers, people's names, thumbnails, XMP, IPTC and profiles go.
KEPT = ("exif-ifd0-Copyright",)


def strip(source: Source) -> None:
    """Take everything but the copyright out of the decoded picture, and so out of all that is made from it."""
    source.image = _without(source.pixels)
    source.has_copyright = any(source.image.get_typeof(name) for name in KEPT)
    if source.native is not None:
        source.native = _without(source.native, but=("icc-profile-data",))


# Fields that came with the file; the others (width, bands …) are the picture's own.
FROM_THE_FILE = ("exif-", "png-comment-", "gif-", "jpeg-", "iptc-", "xmp-", "icc-", "photoshop-", "gainmap-", "heif-")
ALONE = ("orientation", "delay", "loop", "n-pages", "page-height", "background", "image-description")


def _without(image: pyvips.Image, but: tuple[str, ...] = ()) -> pyvips.Image:
    image = image.copy()
    for name in image.get_fields():
        if _is_metadata(name) and name not in (*KEPT, *but):
            image.remove(name)
    return image


def _is_metadata(name: str) -> bool:
    return name in ALONE or name.startswith(FROM_THE_FILE)
