"""Backdrop: which part of a picture with a plain background is that background, and not a light part of the product."""

import pyvips

from services.render.image.geometry import Box

EDGE = 5  # pixels of the small copy: the backdrop reaches so far under the product's edge, that no halo is left
SOFT = 0.8  # sigma of the blur, in the same pixels


def backdrop_of(plain: pyvips.Image, even: pyvips.Image) -> pyvips.Image:
    """A mask of what is connected with the border, and of holes in the product through which the same even tone shows.

    plain: 255 where the small copy has about the background's colour, else 0. even: where it has exactly that.
    """
    framed = plain.embed(1, 1, plain.width + 2, plain.height + 2, extend="white").copy_memory()
    regions = framed.labelregions()
    outside = (regions == regions.getpoint(0, 0)[0]).crop(1, 1, plain.width, plain.height)
    holes = _rank(_rank(even, 0), EDGE * EDGE - 1)  # what is narrower than EDGE is none
    return _rank(outside | holes, EDGE * EDGE - 1).gaussblur(SOFT).copy_memory()


def _rank(mask: pyvips.Image, index: int) -> pyvips.Image:
    """The mask shrunk (index 0) or widened by half of EDGE."""
    margin = EDGE // 2
    wider = mask.embed(margin, margin, mask.width + 2 * margin, mask.height + 2 * margin, extend="copy")
    return wider.rank(EDGE, EDGE, index)


def cut(mask: pyvips.Image, box: Box, whole: tuple[int, int], size: tuple[int, int]) -> pyvips.Image:
    """The mask of the part `box` of a picture of `whole` pixels, brought to `size`."""
    across, down = mask.width / whole[0], mask.height / whole[1]
    left, top = min(int(box.left * across), mask.width - 1), min(int(box.top * down), mask.height - 1)
    width = min(max(1, round(box.width * across)), mask.width - left)
    height = min(max(1, round(box.height * down)), mask.height - top)
    return mask.crop(left, top, width, height).resize(size[0] / width, vscale=size[1] / height, kernel="linear")
