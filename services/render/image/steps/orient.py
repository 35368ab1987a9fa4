"""Upright: the rotation that the camera wrote into EXIF becomes pixels, since few browsers' crops respect it."""

from services.render.image.picture import Source


def upright(source: Source) -> None:
    """Turn and mirror the decoded picture as its EXIF orientation says (1 to 8)."""
    if source.checked.orientation != 1:
        source.image = source.pixels.autorot().copy_memory()
