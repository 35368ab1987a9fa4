"""Whiten: a packshot's background that is nearly white becomes pure white, as marketplaces want it."""

from services.render.image.picture import Output, Source


def whiten(source: Source, output: Output) -> None:
    """Lift the background where the recipe wants it and `look` found a nearly white one."""
    table = source.ground.whitening if source.ground is not None else None
    if output.recipe.whiten and table is not None and not output.pixels.hasalpha():
        output.image = output.pixels.maplut(table)
