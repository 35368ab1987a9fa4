"""Ground: is the background plain, of which colour, and where does the product stand on it? On a small copy."""

import pyvips

from services.render.image.geometry import Box
from services.render.image.picture import Ground

NEAR = 14  # of 255: how far a pixel of the border may be from the background's colour
PLAIN = 0.72  # of the border: the rest may be a product that leaves the picture
STANDS_OUT = 14  # of 255: what differs so much from the background is product
NEARLY_WHITE = 228  # of 255: a background darker than this is meant
WHITE = 255
KNEE = 3.0  # how many times its distance from white the curve begins below the background: less would show steps
OPAQUE = 24  # of 255
MOST = 127  # of 255
LEAST_SIDE = 8  # pixels: what is smaller says nothing
LEAST = 0.02  # of a side: what is smaller is dust


def ground_of(small: pyvips.Image) -> Ground | None:
    """The plain background of a picture, or None where it has none (or is cut out already)."""
    if small.hasalpha() or min(small.width, small.height) < LEAST_SIDE:
        return None
    border = _border(small)
    bands = [border[band :: small.bands] for band in range(3)]
    red, green, blue = (sorted(band)[len(band) // 2] for band in bands)
    near = sum(
        abs(r - red) <= NEAR and abs(g - green) <= NEAR and abs(b - blue) <= NEAR
        for r, g, b in zip(*bands, strict=True)
    )
    if near < PLAIN * len(bands[0]):
        return None
    return Ground((red, green, blue), _whitening([red, green, blue]))


def product_box(small: pyvips.Image, ground: Ground | None) -> Box | None:
    """What stands out from the background, in pixels of the small copy; None where nothing can be told."""
    if min(small.width, small.height) < LEAST_SIDE:
        return None
    if small.hasalpha():
        alpha = small.extract_band(small.bands - 1)
        if alpha.min() > OPAQUE:
            return None
        mask = alpha > OPAQUE
    elif ground is not None:
        mask = ((small - list(ground.colour)).abs() > STANDS_OUT).bandor()
    else:
        return None
    return _box(mask, small)


def _box(mask: pyvips.Image, small: pyvips.Image) -> Box | None:
    """Around all that is set in most of its four pixels: single ones are noise."""
    columns, rows = ((mask.shrink(2, 2) > MOST).copy_memory()).project()
    across = [at for at, value in enumerate(columns.tolist()[0]) if value]
    down = [at for at, value in enumerate(rows.tolist()) if value[0]]
    if not across or not down:
        return None
    left, top = 2 * across[0], 2 * down[0]
    width, height = 2 * across[-1] + 2 - left, 2 * down[-1] + 2 - top
    if width < LEAST * small.width or height < LEAST * small.height:
        return None
    return Box(left - 1, top - 1, width + 2, height + 2).within(Box(0, 0, small.width, small.height))


def _border(small: pyvips.Image) -> bytes:
    """The outermost two rows and columns, pixel by pixel."""
    across = [small.crop(0, top, small.width, 2) for top in (0, small.height - 2)]
    down = [small.crop(left, 0, 2, small.height) for left in (0, small.width - 2)]
    return b"".join(bytes(strip.write_to_memory()) for strip in (*across, *down))


def _whitening(colour: list[int]) -> pyvips.Image | None:
    """The table that lifts a nearly white background to white and leaves all that is clearly darker."""
    if min(colour) < NEARLY_WHITE or min(colour) == WHITE:
        return None
    return pyvips.Image.bandjoin(_lift(colour[0]), [_lift(colour[1]), _lift(colour[2])]).copy_memory()


def _lift(of: int) -> pyvips.Image:
    """One band: straight from the knee to white at the background's value, itself below the knee."""
    knee = of - KNEE * (WHITE - of) - 1
    x = pyvips.Image.identity()
    raised = (x - knee) * ((WHITE - knee) / (of - knee)) + knee
    return (x < knee).ifthenelse(x, raised).rint().cast("uchar")
