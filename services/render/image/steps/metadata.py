"""Metadata: a public picture says whose it is, and nothing of where, when, with what and by whom it was made."""

from services.render.image.picture import Source

# EXIF's own words for the owner and the author; GPS, serial numbers, thumbnails, XMP, IPTC and profiles go.
KEPT = ("exif-ifd0-Copyright", "exif-ifd0-Artist")


def strip(source: Source) -> None:
    """Take everything but the copyright out of the decoded picture, and so out of all that is made from it."""
    image = source.pixels.copy()
    for name in image.get_fields():
        if name in KEPT:
            source.has_copyright = True
        elif _is_metadata(name):
            image.remove(name)
    source.image = image


# Fields that came with the file; the others (width, bands …) are the picture's own.
FROM_THE_FILE = ("exif-", "png-comment-", "gif-", "jpeg-", "iptc-", "xmp-", "icc-", "photoshop-", "gainmap-", "heif-")
ALONE = ("orientation", "delay", "loop", "n-pages", "page-height", "background")


def _is_metadata(name: str) -> bool:
    return name in ALONE or name.startswith(FROM_THE_FILE)
