"""BMP, icons, TGA and portable pixmaps, by Pillow: old formats that libvips does not read by itself."""

from collections.abc import Sequence
from pathlib import Path

from services.render.image.decoders.opened import Opened
from services.render.image.decoders.pillow import open_with_pillow
from services.render.recipe import Recipe

# Our name -> Pillow's; nothing else of what it could open is tried.
FORMATS = {"bmp": ("BMP",), "ico": ("ICO",), "tga": ("TGA",), "ppm": ("PPM",)}


def open_picture(path: Path, kind: str, _recipes: Sequence[Recipe]) -> Opened:
    """Open one; of an icon the largest picture. Raises Refused."""
    return open_with_pillow(path, kind, FORMATS[kind])
