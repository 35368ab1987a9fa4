"""Ground: is the background plain, of which colour, and where does the product stand on it? On a small copy."""

from bisect import bisect_right
from dataclasses import replace

import pyvips

from services.render.image.geometry import UPRIGHT, Box, Lean
from services.render.image.picture import Ground
from services.render.image.steps.backdrop import backdrop_of

NEAR = 14  # of 255: how far a pixel of the border may be from the background's colour
PLAIN = 0.72  # of the border: the rest may be a product that leaves the picture
STUDIO = 252  # of 255: as white as a studio's sheet
PART = 0.08  # of the border: so much of a studio's white is enough, for details fill nearly all of their pictures
FADES = 0.12  # of that white: a studio's ends at the product; more that is only nearly white is a window or a lamp
STANDS_OUT = 14  # of 255: what differs so much from an even background is product
MANY = 0.9  # of the border's plain part: so much of it is no further from the background's colour than its spread
UNEVEN = 2  # times the spread is added where the background is not even: cloth, wood, shadows
NEARLY_WHITE = 228  # of 255: a background darker than this is meant
WHITE = 255
KNEE = 3.0  # how many times its distance from white the curve begins below the background: less would show steps
SPECKS = 2  # of the spread for each speck that a row of an uneven background may have; an even one has none
SAME = 2  # of 255, beside the spread: what is no further from the background's colour is the background
OPAQUE = 24  # of 255
MOST = 127  # of 255
HEAVIER = 1.5  # times as much stands out along an edge that really cuts as along one that a shoe or its shadow touches
LEAST_SIDE = 8  # pixels: what is smaller says nothing
LEAST = 0.02  # of a side: what is smaller is dust


def ground_of(small: pyvips.Image) -> Ground | None:
    """The plain background of a picture, or None where it has none (or is cut out already)."""
    if small.hasalpha() or min(small.width, small.height) < LEAST_SIDE:
        return None
    border = _border(small)
    pixels = list(zip(*(border[band :: small.bands] for band in range(3)), strict=True))
    red, green, blue = (sorted(band)[len(band) // 2] for band in zip(*pixels, strict=True))
    apart = sorted(max(abs(r - red), abs(g - green), abs(b - blue)) for r, g, b in pixels)
    if apart[int(PLAIN * len(pixels))] <= NEAR:
        near = apart[: bisect_right(apart, NEAR)]
        return _nearly_white(small, Ground((red, green, blue), spread=near[int(MANY * len(near))]))
    return Ground((WHITE, WHITE, WHITE)) if _is_studio(pixels) else None


def _is_studio(pixels: list[tuple[int, ...]]) -> bool:
    """Whether a part of the border is a studio's white sheet."""
    white = sum(min(pixel) >= STUDIO for pixel in pixels)
    nearly = sum(NEARLY_WHITE <= min(pixel) < STUDIO for pixel in pixels)
    return white >= PART * len(pixels) and nearly <= FADES * white


def product_box(small: pyvips.Image, ground: Ground | None) -> Box | None:
    """What stands out from the background, in pixels of the small copy; None where nothing can be told."""
    if min(small.width, small.height) < LEAST_SIDE:
        return None
    specks = 0
    if small.hasalpha():
        alpha = small.extract_band(small.bands - 1)
        if alpha.min() > OPAQUE:
            return None
        mask = alpha > OPAQUE
    elif ground is not None:
        mask = _apart(small, ground, STANDS_OUT + UNEVEN * ground.spread)
        specks = ground.spread // SPECKS
    else:
        return None
    return _box(mask, small, specks)


def _box(mask: pyvips.Image, small: pyvips.Image, specks: int) -> Box | None:
    """Around all that is set in most of its four pixels, and more than `specks` times in its row or column."""
    columns, rows = ((mask.shrink(2, 2) > MOST).copy_memory()).project()
    across = [at for at, value in enumerate(columns.tolist()[0]) if value > WHITE * specks]
    down = [at for at, value in enumerate(rows.tolist()) if value[0] > WHITE * specks]
    if not across or not down:
        return None
    left, top = 2 * across[0], 2 * down[0]
    width, height = 2 * across[-1] + 2 - left, 2 * down[-1] + 2 - top
    if width < LEAST * small.width or height < LEAST * small.height:
        return None
    return Box(left - 1, top - 1, width + 2, height + 2).within(Box(0, 0, small.width, small.height))


def leaning(small: pyvips.Image, ground: Ground | None) -> Lean:
    """Of a product that comes to opposite edges: the one that more of it crosses, else the usual one, across and down.

    As shares of the free canvas before it.
    """
    colour = list(ground.colour) if ground is not None else [WHITE] * 3
    apart = small.extract_band(small.bands - 1) if small.hasalpha() else (small - colour).abs()
    rows, columns = _strips(apart)
    return _heavier(columns, UPRIGHT[0]), _heavier(rows, UPRIGHT[1])


def _heavier(strips: list[pyvips.Image], otherwise: float) -> float:
    before, after = (strip.avg() for strip in strips)
    if max(before, after) < HEAVIER * min(before, after):
        return otherwise
    return float(after > before)


def _border(small: pyvips.Image) -> bytes:
    """The outermost two rows and columns, pixel by pixel."""
    rows, columns = _strips(small)
    return b"".join(bytes(strip.write_to_memory()) for strip in (*rows, *columns))


def _strips(small: pyvips.Image) -> tuple[list[pyvips.Image], list[pyvips.Image]]:
    """Rows above and below, columns left and right."""
    rows = [small.crop(0, top, small.width, 2) for top in (0, small.height - 2)]
    return rows, [small.crop(left, 0, 2, small.height) for left in (0, small.width - 2)]


def _apart(small: pyvips.Image, ground: Ground, most: int) -> pyvips.Image:
    return ((small - list(ground.colour)).abs() > most).bandor()


def _nearly_white(small: pyvips.Image, ground: Ground) -> Ground:
    """With the table that lifts a nearly white background to white, and where it is; others as they are."""
    red, green, blue = ground.colour
    if min(ground.colour) < NEARLY_WHITE or min(ground.colour) == WHITE:
        return ground
    whitening = pyvips.Image.bandjoin(_lift(red), [_lift(green), _lift(blue)]).copy_memory()
    plain = _apart(small, ground, STANDS_OUT + UNEVEN * ground.spread).invert()
    even = _apart(small, ground, SAME + ground.spread).invert()
    return replace(ground, whitening=whitening, backdrop=backdrop_of(plain, even))


def _lift(of: int) -> pyvips.Image:
    """One band: straight from the knee to white at the background's value, itself below the knee."""
    knee = of - KNEE * (WHITE - of) - 1
    x = pyvips.Image.identity()
    raised = (x - knee) * ((WHITE - knee) / (of - knee)) + knee
    return (x < knee).ifthenelse(x, raised).rint().cast("uchar")
