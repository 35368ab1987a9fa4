"""Flatten: what lies behind transparent parts, where the format or the preset wants it filled."""

from services.render.image.picture import Output, Source

WHITE = [255, 255, 255]


def flatten(_source: Source, output: Output) -> None:
    """Lay transparent parts on the recipe's background; JPEG, which has no transparency, on white without one."""
    background = output.recipe.background
    if output.pixels.hasalpha() and (background or output.recipe.format == "jpeg"):
        output.image = output.pixels.flatten(background=rgb(background) if background else WHITE)


def rgb(colour: str) -> list[int]:
    """[red, green, blue] of "#rrggbb"."""
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
