"""Canvas: the picture in the middle of a sheet of exactly the preset's size."""

from services.render.image.picture import Output, Source
from services.render.image.steps.flatten import rgb


def pad(_source: Source, output: Output) -> None:
    """Centre the picture on its canvas where that is larger."""
    image, (width, height) = output.pixels, output.frame.canvas
    if (image.width, image.height) == (width, height) or output.recipe.background is None:
        return
    left, top = (width - image.width) // 2, (height - image.height) // 2
    background = rgb(output.recipe.background)
    output.image = image.embed(left, top, width, height, extend="background", background=background)
