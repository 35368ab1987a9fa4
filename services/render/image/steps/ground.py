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
LEAST = 0.02  # of a side: what is smaller is dust


def ground_of(small: pyvips.Image) -> Ground | None:
    """The plain background of a picture, or None where it has none (or is cut out already)."""
    if small.hasalpha() or min(small.width, small.height) < 8:
        return None
    border = _border(small)
    colour = tuple(int(border.extract_band(band).percent(50)) for band in range(3))
    near = ((border - list(colour)).abs() <= NEAR).bandand()
    if near.avg() / 255 < PLAIN:
        return None
    return Ground((colour[0], colour[1], colour[2]), _whitening(list(colour)))


def product_box(small: pyvips.Image, ground: Ground | None) -> Box | None:
    """What stands out from the background, in pixels of the small copy; None where nothing can be told."""
    if small.hasalpha():
        alpha = small.extract_band(small.bands - 1)
        if alpha.max() <= OPAQUE or alpha.min() > OPAQUE:
            return None
        found = alpha.find_trim(threshold=OPAQUE, background=[0])
    elif ground is not None:
        found = small.find_trim(threshold=STANDS_OUT, background=list(ground.colour))
    else:
        return None
    left, top, width, height = found
    if width < LEAST * small.width or height < LEAST * small.height:
        return None
    return Box(max(0, left - 1), max(0, top - 1), width + 2, height + 2).within(Box(0, 0, small.width, small.height))


def _border(small: pyvips.Image) -> pyvips.Image:
    """The outermost two rows and columns in one strip."""
    across = [small.crop(0, top, small.width, 2) for top in (0, small.height - 2)]
    down = [small.crop(left, 0, 2, small.height).rot90() for left in (0, small.width - 2)]
    return (
        pyvips.Image.arrayjoin(across, across=2)
        .join(pyvips.Image.arrayjoin(down, across=2), "horizontal")
        .copy_memory()
    )


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
