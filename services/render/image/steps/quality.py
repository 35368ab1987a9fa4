"""Quality: the encoder's setting that reaches a likeness, found on a sample of the pixels with two or three probes."""

from dataclasses import dataclass

import pyvips

from services.render.image.steps.codecs import decoded, encoded
from services.render.image.steps.likeness import likeness, sample
from services.render.recipe import Recipe

NEAR = 1.0  # points of likeness: what is so near is there
PROBES = 4
STEP_DOWN = 6  # of quality, at least, where a file is too large
SMALLER = 0.85  # of each side, where no quality makes it small enough
LEAST_SIDE = 64


@dataclass(frozen=True)
class Scale:
    """Of one encoder: where to begin, how many points a step of quality brings, and what we let it do."""

    start: int
    points: float
    lowest: int
    highest: int


SCALES = {"jpeg": Scale(78, 0.8, 45, 95), "webp": Scale(76, 0.65, 40, 95), "avif": Scale(60, 0.8, 35, 85)}


def reach(image: pyvips.Image, recipe: Recipe, target: float) -> tuple[int, float]:
    """(quality, likeness) of the cheapest setting that comes near the target, within the scale's bounds."""
    scale, part = SCALES[recipe.format], sample(image)
    plain = recipe.model_copy(update={"progressive": False})  # the same pixels, made faster
    tried: dict[int, float] = {}
    quality = scale.start
    for _ in range(PROBES):
        tried[quality] = likeness(part, decoded(encoded(part, plain, quality, "none"), recipe))
        quality = _next(tried, scale, target)
        if quality in tried:
            break
    near = [one for one, found in tried.items() if found >= target - NEAR]
    best = min(near) if near else max(tried)
    return best, tried[best]


def _next(tried: dict[int, float], scale: Scale, target: float) -> int:
    """Where the line through the two nearest tries (or a try and the usual slope) meets the target."""
    nearest = sorted(tried, key=lambda quality: abs(tried[quality] - target))[:2]
    first = nearest[0]
    if abs(tried[first] - target) <= NEAR:
        return first
    slope = scale.points
    if len(nearest) > 1:
        measured = (tried[first] - tried[nearest[1]]) / (first - nearest[1])
        slope = measured if scale.points / 4 < measured < scale.points * 4 else scale.points
    return min(scale.highest, max(scale.lowest, round(first + (target - tried[first]) / slope)))


def keep_under(
    image: pyvips.Image, recipe: Recipe, quality: int, body: bytes, keep: str
) -> tuple[pyvips.Image, int, bytes]:
    """A file of at most `recipe.max_bytes`: of lower quality, and where that is not enough, of fewer pixels."""
    most, lowest = recipe.max_bytes or len(body), SCALES[recipe.format].lowest
    while len(body) > most:
        if quality > lowest:
            over = len(body) / most
            quality = max(lowest, quality - max(STEP_DOWN, round(12 * (over - 1))))
        elif min(image.width, image.height) > LEAST_SIDE:
            image = image.resize(SMALLER).copy_memory()
        else:
            break
        body = encoded(image, recipe, quality, keep)
    return image, quality, body
