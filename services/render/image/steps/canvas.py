"""Canvas: the picture on a sheet of exactly the preset's size, in its middle unless the frame says otherwise."""

from services.render.image.picture import Output, Source
from services.render.image.steps.flatten import rgb

WHITE = [255, 255, 255]
DRAWN = ("svg", "pdf")
FILLED = 0.8  # of the room in one direction: what is smaller in both looks lost


def pad(source: Source, output: Output) -> None:
    """Place the picture on its canvas where that is larger.

    The canvas has the recipe's background; without one (a product that no crop could keep) that of the picture.
    """
    image, (width, height) = output.pixels, output.frame.canvas
    if (image.width, image.height) == (width, height):
        return
    _say_if_small(source, output)
    left, top = output.frame.corner
    colour = _colour(source, output)
    background = [*colour, 255] if image.hasalpha() else colour
    if image.hasalpha() and output.recipe.background is None:
        background = [0, 0, 0, 0]
    output.image = image.embed(left, top, width, height, extend="background", background=background)


def _say_if_small(source: Source, output: Output) -> None:
    recipe, frame = output.recipe, output.frame
    across, down = (round(side * (1 - 2 * recipe.margin)) for side in (recipe.width, recipe.height))
    if recipe.mode != "pad" or frame.width >= FILLED * across or frame.height >= FILLED * down:
        return
    what = "The product" if recipe.trim else "The picture"
    cure = "Crop the page to the product." if source.checked.format in DRAWN else "Drop a larger original."
    size = f"{frame.width} x {frame.height}"
    told = f"is {size}, and its sheet smaller" if recipe.shrink else f"fills {size} of {across} x {down} pixels"
    output.note(f"{what} {told}, for nothing is enlarged. {cure}")


def _colour(source: Source, output: Output) -> list[int]:
    if output.recipe.background is not None:
        return rgb(output.recipe.background)
    if source.ground is None:
        return WHITE
    whitened = output.recipe.whiten and source.ground.whitening is not None
    return WHITE if whitened else list(source.ground.colour)
