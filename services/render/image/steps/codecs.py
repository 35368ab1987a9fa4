"""Codecs: pixels to bytes, one function a format. Settings were chosen by measurement: docs/decisions/0002 and 0008."""

from collections.abc import Callable

import pyvips

from services.render.image.steps.likeness import sample
from services.render.recipe import Recipe

# mozjpeg's third quantisation table: 8 % fewer bytes at the same error, and even a little faster.
JPEG_TABLE = 3
# Effort 2 of 6: 44 ms a megapixel; effort 4 takes 96 for 3 % fewer bytes, effort 0 takes 26 for 16 % more.
WEBP_EFFORT = 2
# Effort 1 of 9: 0.1 to 0.4 s a megapixel of calm pictures, where it saves a fifth of effort 0's bytes. Busy ones (bytes
# a pixel as JPEG 80) would take up to 0.9 s to save a thirtieth, looking the same: effort 0 takes 0.2 at most.
# Small ones are made with effort 0 too: there the encoder's start and the looks at what came out cost enough already.
AVIF_EFFORT, AVIF_HASTE = 1, 0
BUSY, BUSY_QUALITY = 0.09, 80
AVIF_SMALL = 300_000  # pixels
PNG_LEVEL = 6
MM_PER_INCH = 25.4
PRINT_DPI = 300

Encoder = Callable[[pyvips.Image, Recipe, int, str], bytes]


def encoded(image: pyvips.Image, recipe: Recipe, quality: int, keep: str) -> bytes:
    """The picture in the recipe's format. quality: of the encoder's own scale; keep: libvips' word for metadata."""
    return ENCODERS[recipe.format](image, recipe, quality, keep)


def probe(image: pyvips.Image, recipe: Recipe, quality: int) -> pyvips.Image:
    """How the picture would look at that quality, without what costs time and changes only the bytes."""
    if recipe.format == "avif":
        return decoded(_av1(image, quality, "none", AVIF_HASTE), recipe)
    return decoded(encoded(image, recipe.model_copy(update={"progressive": False}), quality, "none"), recipe)


def decoded(body: bytes, recipe: Recipe) -> pyvips.Image:
    """Our own file's pixels, in memory, as a viewer would show them."""
    loader = {"jpeg": "jpegload_buffer", "webp": "webpload_buffer", "avif": "heifload_buffer"}[recipe.format]
    return pyvips.Operation.call(loader, body).copy_memory()


def _jpeg(image: pyvips.Image, recipe: Recipe, quality: int, keep: str) -> bytes:
    """Progressive or baseline with optimal codes; no trellis: 50 ms a megapixel for 4 % and a visibly larger error."""
    return bytes(
        image.jpegsave_buffer(
            Q=quality,
            keep=keep,
            optimize_coding=True,
            interlace=recipe.progressive,
            quant_table=JPEG_TABLE,
        )
    )


def _webp(image: pyvips.Image, _recipe: Recipe, quality: int, keep: str) -> bytes:
    return bytes(image.webpsave_buffer(Q=quality, keep=keep, effort=WEBP_EFFORT))


def _avif(image: pyvips.Image, _recipe: Recipe, quality: int, keep: str) -> bytes:
    hasty = image.width * image.height < AVIF_SMALL or _is_busy(image)
    return _av1(image, quality, keep, AVIF_HASTE if hasty else AVIF_EFFORT)


def _av1(image: pyvips.Image, quality: int, keep: str, effort: int) -> bytes:
    return bytes(image.heifsave_buffer(Q=quality, keep=keep, effort=effort, compression="av1", bitdepth=8))


def _is_busy(image: pyvips.Image) -> bool:
    part = sample(image)
    return len(bytes(part.jpegsave_buffer(Q=BUSY_QUALITY, keep="none"))) > BUSY * float(part.width * part.height)


def _png(image: pyvips.Image, _recipe: Recipe, _quality: int, keep: str) -> bytes:
    return bytes(image.pngsave_buffer(compression=PNG_LEVEL, keep=keep))


def _tiff(image: pyvips.Image, recipe: Recipe, _quality: int, _keep: str) -> bytes:
    """LZW as every print shop reads it; with its profile where it is CMYK, and a clipping path if there is one."""
    per_mm = (recipe.dpi or PRINT_DPI) / MM_PER_INCH
    return bytes(
        image.tiffsave_buffer(
            compression="lzw", predictor="horizontal", xres=per_mm, yres=per_mm, resunit="inch", keep="all"
        )
    )


def _gif(image: pyvips.Image, _recipe: Recipe, _quality: int, keep: str) -> bytes:
    return bytes(image.gifsave_buffer(keep=keep, effort=4))


ENCODERS: dict[str, Encoder] = {
    "jpeg": _jpeg,
    "webp": _webp,
    "avif": _avif,
    "png": _png,
    "tiff": _tiff,
    "gif": _gif,
}
