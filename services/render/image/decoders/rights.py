"""Whose picture it is, from an EXIF block that another library handed over, where the pipeline looks for it."""

import struct

import pyvips
from PIL import Image

COPYRIGHT = 0x8298  # EXIF's tag
MAX_TEXT = 1000
FAULTS = (SyntaxError, struct.error, ValueError, KeyError, TypeError, IndexError, OSError, OverflowError)


def with_rights(image: pyvips.Image, exif: bytes | None) -> pyvips.Image:
    """The picture with the block's copyright, if it names any; a block that cannot be read names none."""
    if not exif:
        return image
    read = Image.Exif()
    try:
        read.load(exif)
        said = str(read.get(COPYRIGHT, "")).strip("\0 ")[:MAX_TEXT]
    except FAULTS:
        return image
    if not said:
        return image
    named = image.copy()
    named.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Copyright", said)
    return named
