"""Camera RAW by LibRaw (rawpy): the camera's own full-size JPEG where that is enough, else the developed sensor."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyvips

from runtime.refusal import Refused
from services.render.image.decoders import native
from services.render.image.decoders.memory import from_memory, tagged
from services.render.image.decoders.opened import Opened, Shrink
from services.render.image.decoders.wanted import wanted_scale
from services.render.image.limits import MEGA, Header, check_header
from services.render.recipe import Recipe

PREVIEW = ".preview.jpg"
# LibRaw takes 8 bytes a pixel for what it develops, and as much again around it: larger sensors are binned 2 x 2.
MAX_DEVELOPED = 40 * MEGA
# How LibRaw says that the camera was turned -> EXIF orientation.
TURNED = {0: 1, 3: 3, 5: 8, 6: 6}
NEARLY = 0.98  # of the wanted size: cameras trim a few pixels off their previews
DEVELOP = "Develop it and drop the JPEG or TIFF, or copy it once more from the card."


def open_picture(path: Path, kind: str, recipes: Sequence[Recipe]) -> Opened:
    """Open by the header and choose between preview and sensor. Raises Refused."""
    import rawpy

    try:
        raw = rawpy.imread(str(path))
    except rawpy.LibRawError as error:
        raise Refused("The file begins like a camera's RAW file, but it cannot be read.", DEVELOP) from error
    sizes = raw.sizes
    width, height, orientation = sizes.iwidth, sizes.iheight, TURNED.get(sizes.flip, 1)
    check_header(Header(kind, sizes.raw_width, sizes.raw_height, 3, 1, 1), path.stat().st_size)
    upright = (height, width) if orientation >= 5 else (width, height)
    scale = min(1.0, wanted_scale(recipes, *upright))
    preview = _preview(raw, path, kind, orientation)
    if preview is not None and max(preview.header.width, preview.header.height) >= NEARLY * scale * max(width, height):
        return preview

    half = scale <= 0.5 or width * height > MAX_DEVELOPED
    if scale > 0.5 and half:
        width, height = width // 2, height // 2  # no more can be had of it, and nothing is enlarged

    def read(shrink: Shrink) -> pyvips.Image:
        try:
            # LibRaw turns by itself: not wanted here, the pipeline turns what is smaller by then.
            pixels = raw.postprocess(half_size=half, use_camera_wb=True, output_bps=8, user_flip=0)
        except rawpy.LibRawError as error:
            raise Refused("The RAW file is cut off or of a kind that cannot be developed.", DEVELOP) from error
        return shrink(tagged(from_memory(pixels, pixels.shape[1], pixels.shape[0], 3), None, orientation))

    return Opened(Header(kind, width, height, 3, 1, orientation), read)


def _preview(raw: Any, path: Path, kind: str, orientation: int) -> Opened | None:
    """The largest JPEG that the camera put into the file, laid beside it; None where there is none that opens."""
    import rawpy

    try:
        found = raw.extract_thumb()
    except rawpy.LibRawError:
        return None
    if found.format is not rawpy.ThumbFormat.JPEG:
        return None
    preview = path.with_name(path.name + PREVIEW)
    preview.write_bytes(found.data)
    try:
        opened = native.opened(preview, "jpeg", kind)
    except Refused:
        return None
    return opened if opened.header.orientation != 1 else _turned(opened, orientation)


def _turned(opened: Opened, orientation: int) -> Opened:
    """A preview that does not say how the camera was held is turned as the RAW file says."""
    if orientation == 1:
        return opened
    return Opened(
        header=replace(opened.header, orientation=orientation),
        read=lambda shrink: opened.read(lambda image: shrink(tagged(image, opened.profile, orientation))),
        profile=opened.profile,
    )
