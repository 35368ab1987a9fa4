"""Whose picture it is, from an EXIF block that another library handed over, where the pipeline looks for it."""

import struct

import pyvips
from PIL import Image

# EXIF's tag -> libvips' name of the field.
FIELDS = {0x8298: "exif-ifd0-Copyright", 0x013B: "exif-ifd0-Artist"}
MAX_TEXT = 1000
FAULTS = (SyntaxError, struct.error, ValueError, KeyError, TypeError, IndexError, OSError, OverflowError)


def with_rights(image: pyvips.Image, exif: bytes | None) -> pyvips.Image:
    """The picture with the block's copyright and artist, if it names any; a block that cannot be read names none."""
    if not exif:
        return image
    read = Image.Exif()
    try:
        read.load(exif)
        said = {name: str(read[tag]).strip("\0 ")[:MAX_TEXT] for tag, name in FIELDS.items() if tag in read}
    except FAULTS:
        return image
    named = image.copy()
    for name, text in said.items():
        if text:
            named.set_type(pyvips.GValue.gstr_type, name, text)
    return named
