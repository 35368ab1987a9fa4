"""How large a picture the recipes want: vectors are drawn at that size, RAW and JPEG 2000 are read at no larger one."""

from collections.abc import Sequence

from services.render.image.geometry import frame
from services.render.recipe import Recipe

# A stand-in for a drawing that is larger than any output, so that what is wanted of it is not cut to its own size.
VAST = 100_000


def wanted_scale(recipes: Sequence[Recipe], width: float, height: float) -> float:
    """The largest of the outputs, as a share of a picture of `width` x `height` upright pixels; over 1 for small ones.

    Without recipes 1.
    """
    if not recipes:
        return 1.0
    blown_up = VAST / max(width, height)
    across, down = max(1, round(width * blown_up)), max(1, round(height * blown_up))
    return max(frame(recipe, across, down).scale for recipe in recipes) * blown_up
