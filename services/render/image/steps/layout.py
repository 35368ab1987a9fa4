"""Lay out: where each recipe's pixels come from, and so how large the decoded picture must be."""

from services.render.image.geometry import Box, Sight, frame, wants_product
from services.render.image.picture import Source

SMALLEST = 0.35  # of each side: a product that is smaller on its picture fills less of its canvas


def lay_out(source: Source) -> None:
    """Frames of all recipes, in upright pixels of the original, before anything was seen.

    Sizes do not depend on where the eye goes; where a recipe trims, the product may be far smaller than its picture.
    """
    small = Sight(product=_middle(source.width, source.height))
    source.frames = [
        frame(recipe, source.width, source.height, small if recipe.trim and wants_product(recipe) else Sight())
        for recipe in source.recipes
    ]


def _middle(width: int, height: int) -> Box:
    across, down = width * SMALLEST, height * SMALLEST
    return Box((width - across) / 2, (height - down) / 2, across, down)
