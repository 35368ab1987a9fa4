"""Rows of pixels that another library decoded, as a picture of libvips' own."""

import pyvips

from services.render.image.limits import MAX_PROFILE


def from_memory(pixels: object, width: int, height: int, bands: int, format: str = "uchar") -> pyvips.Image:
    """A picture of rows that lie in memory without gaps; they are not copied, so they must not change.

    pixels: a buffer of height x width x bands values. One or two bands are grey, more are sRGB, until a profile speaks.
    """
    image = pyvips.Image.new_from_memory(pixels, width, height, bands, format)
    wide = format == "ushort"
    grey = bands <= 2
    interpretation = ("grey16" if wide else "b-w") if grey else ("rgb16" if wide else "srgb")
    return image.copy(interpretation=interpretation)


def tagged(image: pyvips.Image, profile: bytes | None, orientation: int = 1) -> pyvips.Image:
    """The picture with its profile and orientation where the pipeline looks for them."""
    tagged = image.copy()
    if sound(profile):
        tagged.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    tagged.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    return tagged


def sound(profile: bytes | None) -> bytes | None:
    """The profile, or None when there is none or it is too large to be one."""
    return profile if profile and len(profile) <= MAX_PROFILE else None
