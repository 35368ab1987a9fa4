"""Margin: what a marketplace asks of a picture on white, measured before it stands on its sheet, which is white."""

import pyvips

from services.render.image.picture import Output, Source

WHITE = [255.0, 255.0, 255.0]
FAINT = 10  # of 255: what is no further from white is margin
BORDER = 2  # pixels
PURE = 254  # an encoder's noise is no grey


def measure_margin(source: Source, output: Output) -> None:
    """Say how much of the sheet the product fills, and whether its own picture ends in pure white."""
    if output.recipe.mode != "pad" or not output.recipe.whiten:
        return
    image = output.pixels.flatten(background=WHITE) if output.pixels.hasalpha() else output.pixels
    _, _, width, height = image.find_trim(threshold=FAINT, background=WHITE)
    across, down = output.frame.canvas
    filled = [round(width / across, 3), round(height / down, 3)]
    output.extra = {**output.extra, "filled": filled, "pure_white": _darkest_of_border(image) >= PURE}


def _darkest_of_border(image: pyvips.Image) -> float:
    across, down = min(BORDER, image.width), min(BORDER, image.height)
    strips = (
        image.crop(0, 0, image.width, down),
        image.crop(0, image.height - down, image.width, down),
        image.crop(0, 0, across, image.height),
        image.crop(image.width - across, 0, across, image.height),
    )
    return min(float(strip.min()) for strip in strips)
