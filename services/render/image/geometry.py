"""Which part of the upright picture goes where, in numbers only. Nothing is ever enlarged."""

from dataclasses import dataclass

from services.render.facts import Crop
from services.render.image.attention import Attention
from services.render.recipe import Recipe

AIR = 0.03  # of the product's size: what stays free around it where it is trimmed or must not be cut
TOUCHES = 0.01  # of the picture's side: a product so near to the edge leaves the picture there
HELD = 0.2  # of a window's side: no further from its middle lies the eye's point
CUT = 0.002  # of it: one that is no further from the edge is cut by it; shoes and heads come as near as a hundredth

Cut = tuple[bool, bool]
UNCUT: Cut = (False, False)
Lean = tuple[float, float]
UPRIGHT: Lean = (0.5, 1.0)  # what stands, stands on the lower edge


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the upright original; fractions are kept until the last step."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def within(self, other: "Box") -> "Box":
        """The part of it that lies in another; at least a pixel."""
        left = min(max(self.left, other.left), other.left + other.width - 1)
        top = min(max(self.top, other.top), other.top + other.height - 1)
        right = min(self.left + self.width, other.left + other.width)
        bottom = min(self.top + self.height, other.top + other.height)
        return Box(left, top, max(1.0, right - left), max(1.0, bottom - top))

    def grown(self, share: float) -> "Box":
        """With some air around, as a share of its longer side."""
        air = share * max(self.width, self.height)
        return Box(self.left - air, self.top - air, self.width + 2 * air, self.height + 2 * air)


@dataclass(frozen=True)
class Frame:
    """One output: `box` of the original becomes `width` x `height`, on a canvas of `canvas` (width, height).

    place: the shares of the free canvas that lie left of it and above it.
    """

    box: Box
    width: int
    height: int
    canvas: tuple[int, int]
    place: tuple[float, float] = (0.5, 0.5)

    @property
    def corner(self) -> tuple[int, int]:
        """Where on the canvas the picture begins: pixels from the left and from above."""
        across, down = self.place
        return int((self.canvas[0] - self.width) * across), int((self.canvas[1] - self.height) * down)

    @property
    def scale(self) -> float:
        """Output pixels per pixel of the original, at most 1; the larger of the two axes where rounding parts them."""
        return min(1.0, max(self.width / self.box.width, self.height / self.box.height))


@dataclass(frozen=True)
class Sight:
    """What was seen on the picture: where the eye goes, and the product's box where its background is plain.

    limit: how much of the original's resolution was decoded, at most 1. lean: which of two opposite edges a product
    stays at that both of them cut: the shares of the free canvas left of it and above it. eye: a point, as shares, near
    which the window stays.
    """

    attention: Attention | None = None
    product: Box | None = None
    limit: float = 1.0
    lean: Lean = UPRIGHT
    eye: tuple[float, float] | None = None


NOTHING = Sight()


def frame(recipe: Recipe, width: int, height: int, sight: Sight = NOTHING) -> Frame:
    """Lay a recipe on an original of `width` x `height` upright pixels."""
    whole = _used(recipe, width, height, sight.product)
    if recipe.mode == "fill":
        if (product := _to_be_kept(recipe, sight.product)) is not None:
            return _around(recipe, whole, product.within(whole), sight)
        return _fill(recipe, whole, _point(recipe, whole, width, height, sight), sight.limit)
    across, down = cuts(sight.product, width, height) if wants_product(recipe) else (UNCUT, UNCUT)
    free = (
        recipe.width * (1 - recipe.margin * (2 - sum(across))),
        recipe.height * (1 - recipe.margin * (2 - sum(down))),
    )
    scale = min(free[0] / whole.width, free[1] / whole.height, sight.limit)
    size = (_pixels(whole.width * scale), _pixels(whole.height * scale))
    canvas = _canvas(recipe, size, free) if recipe.mode == "pad" else size
    return Frame(whole, *size, canvas=canvas, place=(_toward(across, sight.lean[0]), _toward(down, sight.lean[1])))


def _canvas(recipe: Recipe, size: tuple[int, int], free: tuple[float, float]) -> tuple[int, int]:
    """The recipe's, or where it shrinks, one of its ratio and margins that the picture fills as far as it can."""
    taken = max(size[0] / free[0], size[1] / free[1])
    share = min(1.0, taken) if recipe.shrink else 1.0
    return max(size[0], round(recipe.width * share)), max(size[1], round(recipe.height * share))


def wants_attention(recipe: Recipe) -> bool:
    """Whether the frame may depend on where the eye goes: a person's focal point wins."""
    return recipe.mode == "fill" and recipe.gravity != "centre" and recipe.focal is None


def wants_product(recipe: Recipe) -> bool:
    """Whether the frame may depend on where the product is: a person's crop wins, and a focal point where it is cut."""
    return (recipe.trim and recipe.crop is None) or (wants_attention(recipe) and recipe.gravity == "product")


def _used(recipe: Recipe, width: int, height: int, product: Box | None) -> Box:
    """The part of the picture that is used: a person's crop, else the trimmed product, else all of it."""
    whole = Box(0, 0, width, height)
    if recipe.crop is not None:
        return _cropped(recipe.crop, width, height)
    return product.grown(AIR).within(whole) if recipe.trim and product is not None else whole


def cuts(product: Box | None, width: float, height: float) -> tuple[Cut, Cut]:
    """Where the picture's edges cut the product, across and down: there it has no margin, and stays at the edge.

    What comes to all four edges was cut out along its outline, or is all that there is to see.
    """
    if product is None:
        return UNCUT, UNCUT
    across, down = _cut(product.left, product.width, width), _cut(product.top, product.height, height)
    return (UNCUT, UNCUT) if all((*across, *down)) else (across, down)


def _cut(start: float, length: float, of: float, near: float = CUT) -> Cut:
    return start <= near * of, of - start - length <= near * of


def _toward(cut: Cut, lean: float) -> float:
    """The share of the free canvas that lies before a product that is so cut."""
    if all(cut):
        return lean
    return float(cut[1]) if any(cut) else 0.5


def _to_be_kept(recipe: Recipe, product: Box | None) -> Box | None:
    """The product, where the recipe must not cut it and no person has said what counts."""
    return product if wants_attention(recipe) and recipe.gravity == "product" else None


def _around(recipe: Recipe, whole: Box, tight: Box, sight: Sight) -> Frame:
    """The largest window of the recipe's ratio that holds the product; where none can, the product is padded."""
    product = tight.grown(AIR).within(whole)
    scale = max(recipe.width / whole.width, recipe.height / whole.height)
    slack = 1 + TOUCHES * min(whole.width, whole.height)  # no hairlines of padding
    if product.width <= recipe.width / scale + slack and product.height <= recipe.height / scale + slack:
        return _fill(recipe, whole, product.centre, sight.limit)
    # The smallest sheet of that ratio around the product: what of the picture lies on it is shown, the rest is padded.
    down = max(product.height, product.width * recipe.height / recipe.width)
    across = down * recipe.width / recipe.height
    inside = Box(tight.left - whole.left, tight.top - whole.top, tight.width, tight.height)
    both = [all(cut) for cut in cuts(inside, whole.width, whole.height)]
    left = whole.left + _start(inside.left, inside.width, whole.width, across, sight.lean[0] if both[0] else None)
    top = whole.top + _start(inside.top, inside.height, whole.height, down, sight.lean[1] if both[1] else None)
    box = Box(left, top, across, down).within(whole)
    scale = min(recipe.width / across, sight.limit)
    size = (_pixels(box.width * scale), _pixels(box.height * scale))
    canvas = (max(size[0], _pixels(across * scale)), max(size[1], _pixels(down * scale)))
    place = (_share(box.left - left, across - box.width), _share(box.top - top, down - box.height))
    return Frame(box, *size, canvas=canvas, place=place)


def _start(product: float, length: float, of: float, sheet: float, lean: float | None) -> float:
    """Where the sheet begins: the product in its middle, or at the edge where it leaves the picture.

    So a trunk that the picture's lower edge cuts still ends where the sheet ends, and the padding is above it.
    lean: of one that both edges cut.
    """
    if lean is not None:
        return (of - sheet) * lean
    before, after = _cut(product, length, of, TOUCHES)
    if before == after:
        return product + length / 2 - sheet / 2
    return 0.0 if before else of - sheet


def _share(part: float, of: float) -> float:
    return min(max(part / of, 0.0), 1.0) if of > 0 else 0.0


def _fill(recipe: Recipe, whole: Box, point: tuple[float, float], limit: float) -> Frame:
    """The largest window of the recipe's ratio, as near to the point as the edges allow."""
    scale = max(recipe.width / whole.width, recipe.height / whole.height)
    width, height = recipe.width / scale, recipe.height / scale
    left = min(max(point[0] - width / 2, whole.left), whole.left + whole.width - width)
    top = min(max(point[1] - height / 2, whole.top), whole.top + whole.height - height)
    shrink = min(scale, limit)
    size = (_pixels(width * shrink), _pixels(height * shrink))
    return Frame(Box(left, top, width, height), *size, canvas=size)


def _point(recipe: Recipe, whole: Box, width: int, height: int, sight: Sight) -> tuple[float, float]:
    if recipe.focal is not None:
        return recipe.focal.x * width, recipe.focal.y * height
    if sight.attention is None or not wants_attention(recipe):
        return whole.centre
    scale = max(recipe.width / whole.width, recipe.height / whole.height)
    window = (recipe.width / scale / width, recipe.height / scale / height)
    x, y = sight.attention.centre(window)
    if sight.eye is not None:
        x, y = (_near(at, eye, HELD * side) for at, eye, side in zip((x, y), sight.eye, window, strict=True))
    return x * width, y * height


def _near(at: float, point: float, most: float) -> float:
    return min(max(at, point - most), point + most)


def _cropped(crop: Crop, width: int, height: int) -> Box:
    """A person's crop in pixels, at least one, and never over the edge."""
    left, top = min(crop.left * width, width - 1), min(crop.top * height, height - 1)
    across, down = min(crop.width * width, width - left), min(crop.height * height, height - top)
    return Box(left, top, max(1.0, across), max(1.0, down))


def _pixels(length: float) -> int:
    return max(1, round(length))
