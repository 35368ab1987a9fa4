"""Quality: the encoder's setting that reaches a likeness, found on a sample of the pixels with few probes.

An AVIF probe costs as much as a small picture: the search may encode a third of the picture's pixels, and begins
where a JPEG of the sample, which costs next to nothing, says. It aims no higher than what WebP reaches on the picture.
"""

import math
from dataclasses import dataclass

import pyvips

from services.render.image.steps.codecs import encoded, probe
from services.render.image.steps.likeness import SAMPLED, likeness, sample
from services.render.recipe import Recipe

NEAR = 1.0  # points of likeness: what is so near is there
PROBES = 4
GUESS_FROM = 50  # JPEG's quality: low enough to show what the picture hides and what it does not
LEAST_SLOPE = 0.2  # points a step: of flat drawings, which look right at any quality
STEP_DOWN = 2  # of quality, at least, where a file is too large
A_STEP = 0.04  # share of its bytes that a step of quality is worth, about
SMALLER = 0.85  # of each side, where no quality makes it small enough
LEAST_SIDE = 64


@dataclass(frozen=True)
class Guess:
    """A start that costs no encoding of the dear kind: what a plain JPEG of the sample looks like tells it.

    likeness = base + quality * slope + jpeg * of_jpeg + quality * jpeg * both, fitted between `lowest` and `highest`.
    """

    base: float
    slope: float
    of_jpeg: float
    both: float
    lowest: int
    highest: int

    def quality(self, jpeg: float, target: float) -> int:
        """The quality at which the target is met, if this picture is like others."""
        slope = max(LEAST_SLOPE, self.slope + self.both * jpeg)
        return min(self.highest, max(self.lowest, round((target - self.base - self.of_jpeg * jpeg) / slope)))


@dataclass(frozen=True)
class Scale:
    """Of one encoder: where to begin, how many points a step of quality brings, and what we let it do.

    share: of the picture's pixels may be encoded in the search, where that is dear. guess: instead of `start`.
    """

    start: int
    points: float
    lowest: int
    highest: int
    share: float | None = None
    guess: Guess | None = None

    def probes(self, pixels: int) -> int:
        """How many tries a picture of so many pixels may cost."""
        return PROBES if self.share is None else min(PROBES, int(self.share * pixels / SAMPLED))


# WebP of that quality looks so much alike on a usual picture. On noise and soft grain it does not, and nobody misses
# them; an AVIF that kept them would be up to three times as large as that WebP, where it is there to be smaller.
USUAL_WEBP, USUAL_LIKENESS = 80, 72.0
# 98 pictures of two sizes, four qualities each: 2.8 points off (standard deviation).
AVIF_GUESS = Guess(-89.1, 1.962, 1.937, -0.0209, lowest=45, highest=75)
SCALES = {
    "jpeg": Scale(78, 0.8, 45, 95),
    "webp": Scale(76, 0.65, 40, 95),
    "avif": Scale(60, 0.8, 35, 85, share=1 / 3, guess=AVIF_GUESS),
}


def reach(image: pyvips.Image, recipe: Recipe, target: float) -> int:
    """The cheapest setting that comes near the target, within the scale's bounds."""
    scale, part = SCALES[recipe.format], sample(image)
    if recipe.format == "avif":
        target = min(target, _of_webp(part, recipe, target))
    found: dict[int, float] = {}
    quality = scale.start if scale.guess is None else _guessed(scale.guess, part, recipe, target)
    for _ in range(scale.probes(image.width * image.height)):
        found[quality] = likeness(part, probe(part, recipe, quality))
        quality = _next(found, scale, target)
        if quality in found:
            break
    near = [one for one, reached in found.items() if reached >= target - NEAR]
    if not near and quality not in found:
        return quality
    return min(near) if near else max(found)


def _guessed(guess: Guess, part: pyvips.Image, recipe: Recipe, target: float) -> int:
    jpeg = recipe.model_copy(update={"format": "jpeg"})
    return guess.quality(likeness(part, probe(part, jpeg, GUESS_FROM)), target)


def _of_webp(part: pyvips.Image, recipe: Recipe, target: float) -> float:
    """What a WebP that meets the target on usual pictures looks like on this one; the target, where none would."""
    scale, webp = SCALES["webp"], recipe.model_copy(update={"format": "webp"})
    quality = round(USUAL_WEBP + (target - USUAL_LIKENESS) / scale.points)
    return likeness(part, probe(part, webp, quality)) if quality <= scale.highest else target


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
    image: pyvips.Image, recipe: Recipe, quality: int, body: bytes, keep: str, own: int | None = None
) -> tuple[pyvips.Image, int, bytes]:
    """A file of at most `recipe.max_bytes`: of lower quality, and where that is not enough, of fewer pixels.

    own: bytes of the original, where it is in no better a format. A larger file shows no more than it: quality is
    lowered for that too, but nothing is made smaller.
    """
    lowest, most = SCALES[recipe.format].lowest, recipe.max_bytes or math.inf
    while (over := len(body) / min(most, own or math.inf)) > 1:
        if quality > lowest:
            quality = max(lowest, quality - max(STEP_DOWN, math.ceil(math.log(over) / A_STEP)))
        elif len(body) > most and min(image.width, image.height) > LEAST_SIDE:
            image = image.resize(SMALLER).copy_memory()
        else:
            break
        body = encoded(image, recipe, quality, keep)
    return image, quality, body
