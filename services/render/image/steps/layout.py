"""Lay out: where each recipe's pixels come from, and so how large the decoded picture must be."""

from services.render.image.geometry import frame
from services.render.image.picture import Source


def lay_out(source: Source) -> None:
    """Frames of all recipes, in upright pixels of the original. Sizes do not depend on where the eye goes."""
    source.frames = [frame(recipe, source.width, source.height) for recipe in source.recipes]
