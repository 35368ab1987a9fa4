"""Press: a picture for print is in the inks of a press, with the profile that says which."""

from services.render.image.picture import Output, Source

# libvips' own: "Chemical proof" of the Argyll project, in the public domain. Print shops convert it.
INKS = "cmyk"


def to_inks(source: Source, output: Output) -> None:
    """sRGB to CMYK where the recipe wants it; the profile goes with the file."""
    if output.recipe.colours != "cmyk":
        return
    output.image = output.pixels.icc_transform(
        INKS, input_profile="srgb", intent="relative", black_point_compensation=True
    ).copy_memory()
