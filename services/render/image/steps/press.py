"""Press: a picture for print is in the inks of a press, with the profile that says which.

Straight from the original's own colours where those are more than sRGB holds, and from its own inks where it has some:
by way of sRGB a saturated green or a black that is only black would be lost.
"""

from dataclasses import replace

import pyvips

from services.render.image.picture import Output, Source

# libvips' own: "Chemical proof" of the Argyll project, in the public domain. Print shops convert it.
INKS = "cmyk"
WIDE = ("ushort", "float")  # 16 bit a channel


def for_press(source: Source) -> Source:
    """The source in its own colours, for outputs that `by_own_colours`; the same source where it has no others."""
    return source if source.native is None else replace(source, image=source.native, levels={})


def by_own_colours(source: Source, output: Output) -> bool:
    """Whether nothing of ours is added to the picture: what is (a background, a white) is given in sRGB."""
    recipe, frame = output.recipe, output.frame
    plain = recipe.mode != "pad" and not recipe.whiten and frame.canvas == (frame.width, frame.height)
    return recipe.colours == "cmyk" and source.native is not None and plain


def to_inks(source: Source, output: Output) -> None:
    """To CMYK where the recipe wants it; the profile goes with the file."""
    if output.recipe.colours != "cmyk":
        return
    image = output.pixels
    if not by_own_colours(source, output):
        output.image = _transformed(image, "srgb")
    elif image.interpretation == "cmyk" and source.profile in (None, inks()):
        output.image = _as_they_are(image)
    else:
        output.image = _transformed(image, "cmyk" if image.interpretation == "cmyk" else "srgb")


def inks() -> bytes:
    """The profile of the press."""
    return bytes(pyvips.Operation.call("profile_load", INKS))


def _transformed(image: pyvips.Image, otherwise: str) -> pyvips.Image:
    """From the profile in the picture, without one from `otherwise`."""
    return image.icc_transform(
        INKS, embedded=True, input_profile=otherwise, intent="relative", black_point_compensation=True, depth=8
    ).copy_memory()


def _as_they_are(image: pyvips.Image) -> pyvips.Image:
    """The same inks, and whose they are."""
    image = (image.cast("uchar", shift=image.format in WIDE) if image.format != "uchar" else image).copy()
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", inks())
    return image
