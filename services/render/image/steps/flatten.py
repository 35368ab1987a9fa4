"""Flatten: what lies behind transparent parts, where the format or the preset wants it filled."""

from services.render.image.picture import Output, Source

WHITE = [255, 255, 255]


def flatten(_source: Source, output: Output) -> None:
    """Lay transparent parts on the recipe's background; JPEG and CMYK, which have none, on white without one."""
    background, recipe = output.recipe.background, output.recipe
    if output.pixels.hasalpha() and (background or recipe.format == "jpeg" or recipe.colours == "cmyk"):
        output.image = output.pixels.flatten(background=rgb(background) if background else WHITE)


def rgb(colour: str) -> list[int]:
    """[red, green, blue] of "#rrggbb"."""
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
