"""Whiten: a packshot's background that is nearly white becomes pure white, as marketplaces want it."""

from services.render.image.picture import Output, Source
from services.render.image.steps.backdrop import cut


def whiten(source: Source, output: Output) -> None:
    """Lift the background where the recipe wants it and `look` found a nearly white one; the product stays as it is."""
    ground = source.ground
    if ground is None or ground.whitening is None or not output.recipe.whiten or output.pixels.hasalpha():
        return
    lifted = output.pixels.maplut(ground.whitening)
    if ground.backdrop is not None:
        size = (output.pixels.width, output.pixels.height)
        mask = cut(ground.backdrop, output.frame.box, (source.width, source.height), size)
        lifted = mask.ifthenelse(lifted, output.pixels, blend=True)
    output.image = lifted
