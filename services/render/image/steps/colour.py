"""Colours: whatever came, sRGB with 8 bits goes on, because an untagged picture is shown as that everywhere."""

import pyvips

from services.render.image.icc import is_srgb
from services.render.image.picture import Source

RGB_BANDS = 3


def to_srgb(source: Source) -> None:
    """Through the embedded profile where there is a sound one, else by what the pixels say they are.

    What has other colours than sRGB's is kept beside it as `source.native` for a press, where an output wants inks.
    """
    image = source.pixels
    if image.interpretation == "cmyk" or (source.profile is not None and not is_srgb(source.profile)):
        image, fits = _through_profile(image, source.profile)
        if fits and not image.hasalpha() and any(recipe.colours == "cmyk" for recipe in source.recipes):
            source.native = source.pixels
    source.image = _plain(image).copy_memory()


def _through_profile(image: pyvips.Image, profile: bytes | None) -> tuple[pyvips.Image, bool]:
    """ICC transform, and whether the profile fits.

    One that does not is dropped: the colours are a guess then, but the picture is shown. The pixels are read here:
    libvips looks at a profile only when they are.
    """
    if profile is None and image.get_typeof("icc-profile-data"):
        image = image.copy()
        image.remove("icc-profile-data")  # larger than any honest profile
    try:
        # CMYK without a profile of its own: libvips' built-in one, a common web offset press.
        fallback = "cmyk" if image.interpretation == "cmyk" else "srgb"
        made = _in_srgb(image, fallback, embedded=True)
    except pyvips.Error:
        if image.interpretation != "cmyk":
            return image, False
        return _in_srgb(image, "cmyk", embedded=False), False
    return made, True


def _in_srgb(image: pyvips.Image, otherwise: str, *, embedded: bool) -> pyvips.Image:
    """With black point compensation: the blackest ink, which is a dark grey, becomes a screen's black."""
    made = image.icc_transform(
        "srgb", embedded=embedded, input_profile=otherwise, intent="relative", black_point_compensation=True
    )
    return made.copy_memory()


def _plain(image: pyvips.Image) -> pyvips.Image:
    """sRGB, 8 bit, three bands or four with transparency."""
    if image.interpretation == "multiband":
        image = image.copy(interpretation="srgb" if image.bands >= RGB_BANDS else "b-w")
    if image.interpretation != "srgb" or image.bands < RGB_BANDS:
        image = image.colourspace("srgb")
    if image.bands > RGB_BANDS + 1:
        image = image.extract_band(0, n=RGB_BANDS + 1)
    return image if image.format == "uchar" else image.cast("uchar")
