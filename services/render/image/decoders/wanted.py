"""How large a picture the recipes want: vectors are drawn at that size, RAW and JPEG 2000 are read at no larger one."""

from collections.abc import Sequence

from services.render.image.geometry import Box, Sight, frame, wants_product
from services.render.recipe import Recipe

# A stand-in for a drawing that is larger than any output, so that what is wanted of it is not cut to its own size.
VAST = 100_000
SMALLEST = 0.4  # of each side of a drawing: a product that is smaller on it fills less of its canvas


def drawn_scale(recipes: Sequence[Recipe], width: float, height: float) -> float:
    """The same for a drawing, which has no pixels of its own: where a recipe trims, the product fills its canvas."""
    middle = (1 - SMALLEST) / 2
    trimmed = [recipe for recipe in recipes if recipe.trim and wants_product(recipe)]
    across, down = _blown_up(width, height)
    small = Sight(product=Box(middle * across, middle * down, SMALLEST * across, SMALLEST * down))
    product = max((frame(recipe, across, down, small).scale for recipe in trimmed), default=0.0)
    return max(wanted_scale(recipes, width, height), product * VAST / max(width, height))


def wanted_scale(recipes: Sequence[Recipe], width: float, height: float) -> float:
    """The largest of the outputs, as a share of a picture of `width` x `height` upright pixels; over 1 for small ones.

    Without recipes 1.
    """
    if not recipes:
        return 1.0
    across, down = _blown_up(width, height)
    return max(frame(recipe, across, down).scale for recipe in recipes) * VAST / max(width, height)


def _blown_up(width: float, height: float) -> tuple[int, int]:
    times = VAST / max(width, height)
    return max(1, round(width * times)), max(1, round(height * times))
