"""Which part of the upright picture goes where, in numbers only. Nothing is ever enlarged."""

from dataclasses import dataclass

from services.render.recipe import Crop, Focal, Recipe


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the upright original; fractions are kept until the last step."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Frame:
    """One output: `box` of the original becomes `width` x `height`, centred on a canvas of `canvas` (width, height)."""

    box: Box
    width: int
    height: int
    canvas: tuple[int, int]

    @property
    def scale(self) -> float:
        """Output pixels per pixel of the original, at most 1; the larger of the two axes where rounding parts them."""
        return min(1.0, max(self.width / self.box.width, self.height / self.box.height))


def frame(recipe: Recipe, width: int, height: int, attention: Focal | None = None) -> Frame:
    """Lay a recipe on an original of `width` x `height` upright pixels. `attention` is where the eye goes, if known."""
    whole = _cropped(recipe.crop, width, height)
    if recipe.mode == "fill":
        return _fill(recipe, whole, _point(recipe, whole, width, height, attention))
    scale = min(recipe.width / whole.width, recipe.height / whole.height, 1.0)
    size = (_pixels(whole.width * scale), _pixels(whole.height * scale))
    canvas = (recipe.width, recipe.height) if recipe.mode == "pad" else size
    return Frame(whole, *size, canvas=canvas)


def wants_attention(recipe: Recipe) -> bool:
    """Whether the frame depends on where the eye goes: a person's focal point wins."""
    return recipe.mode == "fill" and recipe.gravity == "attention" and recipe.focal is None


def _fill(recipe: Recipe, whole: Box, point: tuple[float, float]) -> Frame:
    """The largest window of the recipe's ratio, as near to the point as the edges allow."""
    scale = max(recipe.width / whole.width, recipe.height / whole.height)
    width, height = recipe.width / scale, recipe.height / scale
    left = min(max(point[0] - width / 2, whole.left), whole.left + whole.width - width)
    top = min(max(point[1] - height / 2, whole.top), whole.top + whole.height - height)
    shrink = min(scale, 1.0)
    size = (_pixels(width * shrink), _pixels(height * shrink))
    return Frame(Box(left, top, width, height), *size, canvas=size)


def _point(recipe: Recipe, whole: Box, width: int, height: int, attention: Focal | None) -> tuple[float, float]:
    focal = recipe.focal or (attention if wants_attention(recipe) else None)
    if focal is None:
        return whole.left + whole.width / 2, whole.top + whole.height / 2
    return focal.x * width, focal.y * height


def _cropped(crop: Crop | None, width: int, height: int) -> Box:
    """A person's crop in pixels, at least one, and never over the edge."""
    if crop is None:
        return Box(0, 0, width, height)
    left, top = min(crop.left * width, width - 1), min(crop.top * height, height - 1)
    across, down = min(crop.width * width, width - left), min(crop.height * height, height - top)
    return Box(left, top, max(1.0, across), max(1.0, down))


def _pixels(length: float) -> int:
    return max(1, round(length))
