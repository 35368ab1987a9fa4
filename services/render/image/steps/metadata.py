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


def _is_metadata(name: str) -> bool:
    """Fields that came with the file; the others (width, bands …) are the picture's own."""
    return name.startswith(("exif-", "png-comment-", "gif-", "jpeg-", "iptc-", "xmp-", "icc-", "photoshop-")) or name in (
        "orientation",
        "gainmap-data",
        "delay",
        "loop",
        "n-pages",
        "page-height",
        "background",
    )
