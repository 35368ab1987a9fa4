"""The one place where libvips opens a file that somebody sent. Everything it could open and we do not need is closed.

The cage (runtime/confine.py) bounds what a decoder can do when it is broken; this bounds which decoders are reached.
"""

from pathlib import Path
from typing import Literal

import pyvips

FailOn = Literal["none", "truncated", "error", "warning"]

# Our sniffed format -> libvips' loader, called by its name, so that libvips never guesses one itself.
LOADERS: dict[str, str] = {
    "jpeg": "jpegload",
    "png": "pngload",
    "webp": "webpload",
    "gif": "gifload",
    "tiff": "tiffload",
    "avif": "heifload",
}
# The loaders' classes in libvips. What stays closed, and why: Svg from a path reads other files of its folder (from a
# buffer it has no folder); Csv and Matrix take any text for a picture; Raw takes any bytes; Vips trusts offsets in its
# header; Uhdr repeats jpegload's work.
OPENED = (
    "VipsForeignLoadJpeg",
    "VipsForeignLoadPng",
    "VipsForeignLoadWebp",
    "VipsForeignLoadNsgif",
    "VipsForeignLoadTiff",
    "VipsForeignLoadHeif",
    "VipsForeignLoadSvgBuffer",
)


def lock_down() -> None:
    """Close libvips but for the named loaders. Once a process, before the first file; safe to repeat."""
    # Loaders whose authors call them unfit for untrusted data, in this version and in those to come.
    pyvips.block_untrusted_set(True)
    # All loaders, so that one which a later libvips brings stays closed until somebody names it here.
    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in OPENED:
        pyvips.operation_block_set(loader, False)
    # No operation cache. It is keyed by file name, and in a warm child every job's file has the same name:
    # with it the next customer would get the last one's picture (tests/unit/render/test_loaders.py).
    pyvips.cache_set_max(0)
    # One thread a picture, parallel by processes: faster in sum, and the cage's limits stay predictable.
    pyvips.vips_lib.vips_concurrency_set(1)


def load(
    path: Path,
    kind: str,
    *,
    fail_on: FailOn = "truncated",
    sequential: bool = True,
    all_frames: bool = False,
    times: float = 1,
    page: int = 0,
) -> pyvips.Image:
    """Open one file (its header; pixels are decoded when asked for). `kind` is a key of LOADERS.

    all_frames: of an animation, all frames, one below the other. fail_on: libvips' word for how strict it reads.
    times: decoded so many times smaller; a JPEG 2, 4 or 8 times, a still WebP any.
    page: of a TIFF, which of its pictures, counted from 0.
    Raises pyvips.Error for bytes that are not a picture of that kind.
    """
    access = "sequential" if sequential else "random"
    more: dict[str, float] = {"n": -1} if all_frames else {}
    if page:
        more["page"] = page
    if times > 1:
        more |= {"scale": 1 / times} if kind == "webp" else {"shrink": times}
    # Called by name and with a path of its own: libvips parses "name[option=…]" only where it guesses the loader.
    return pyvips.Operation.call(LOADERS[kind], str(path), access=access, fail_on=fail_on, **more)


def load_svg(data: bytes, scale: float = 1.0) -> pyvips.Image:
    """Open a drawing at `scale` times its own size. From a buffer: so it has no folder whose files it could show."""
    return pyvips.Operation.call("svgload_buffer", data, scale=scale)
