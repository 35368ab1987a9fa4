"""Every format that comes in, one file a family. A decoder is imported when its first file comes: a JPEG pays for none.

A decoder module has `open_picture(path, kind, recipes) -> Opened`: it reads the header, and pixels only when asked.
"""

import importlib
from collections.abc import Sequence
from pathlib import Path

from services.render.image.decoders.opened import Opened
from services.render.image.refusals import refuse_kind
from services.render.recipe import Recipe

# Our sniffed format -> the module of this package that opens it.
DECODERS: dict[str, str] = {
    **dict.fromkeys(("jpeg", "png", "webp", "gif"), "native"),
    **dict.fromkeys(("avif", "heic"), "heif"),
    **dict.fromkeys(("svg", "gzip"), "vector"),
    **dict.fromkeys(("bmp", "ico", "tga", "ppm"), "plain"),
    "jp2": "jpeg2000",
    "jxl": "jpegxl",
    "tiff": "tiff",
    "psd": "photoshop",
    "raw": "camera",
}


def open_picture(path: Path, kind: str, recipes: Sequence[Recipe]) -> Opened:
    """Open one file by its sniffed format. Raises Refused for formats without a decoder and for what is unreadable.

    recipes: what will be made of it, for formats that can be read at several sizes.
    """
    if kind not in DECODERS:
        raise refuse_kind(kind)
    module = importlib.import_module(f"{__name__}.{DECODERS[kind]}")
    opened: Opened = module.open_picture(path, kind, recipes)
    return opened
