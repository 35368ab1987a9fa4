"""Look: where the product is on a plain background, else where the eye goes; once, on a small copy, for every crop."""

from collections.abc import Iterable

import pyvips

from services.render.image.geometry import UPRIGHT, Box, Sight, cuts, frame, wants_attention, wants_product
from services.render.image.picture import Source
from services.render.image.steps.ground import ground_of, leaning, product_box
from services.render.image.steps.resize import level
from services.render.image.steps.saliency import attention, salient
from services.render.recipe import Recipe

SMALL = 320  # pixels: the longer side of the copy; the answer does not change above it


def look(source: Source) -> None:
    """Set `source.sight` and `source.ground` as far as a recipe wants them, and lay the frames out anew."""
    limit = min(1.0, max(source.pixels.width / source.width, source.pixels.height / source.height))
    if not any(_wanted(source.recipes)):
        if limit < 1:
            _lay_out(source, Sight(limit=limit))
        return
    scale = min(1.0, SMALL / max(source.width, source.height))
    small = level(source, max(1, round(source.width * scale)), max(1, round(source.height * scale)))
    source.ground = ground_of(small)
    product = None
    if any(map(wants_product, source.recipes)):
        product = _in_original(product_box(small, source.ground), small, source)
    seen = None
    if any(wants_attention(r) and not (r.gravity == "product" and product) for r in source.recipes):
        source.salient = salient(small)
        seen = attention(source.salient)
    both = product is not None and any(map(all, cuts(product, source.width, source.height)))
    _lay_out(source, Sight(seen, product, limit, leaning(small, source.ground) if both else UPRIGHT, source.eye))


def _wanted(recipes: Iterable[Recipe]) -> Iterable[bool]:
    return (wants_attention(one) or wants_product(one) or one.whiten for one in recipes)


def _lay_out(source: Source, sight: Sight) -> None:
    source.sight = sight
    source.frames = [frame(recipe, source.width, source.height, sight) for recipe in source.recipes]


def _in_original(box: Box | None, small: pyvips.Image, source: Source) -> Box | None:
    if box is None:
        return None
    across, down = source.width / small.width, source.height / small.height
    return Box(box.left * across, box.top * down, box.width * across, box.height * down)
