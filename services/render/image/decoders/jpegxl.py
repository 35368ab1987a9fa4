"""JPEG XL by libjxl (pylibjxl): 8 bit pixels in the file's own colours, and the profile that says which these are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyvips

from services.render.image.completeness import cut_off, unreadable
from services.render.image.decoders.memory import from_memory, sound, tagged
from services.render.image.decoders.opened import Opened, Shrink
from services.render.image.decoders.rights import with_rights
from services.render.image.limits import Header
from services.render.recipe import Recipe


def open_picture(path: Path, kind: str, _recipes: Sequence[Recipe]) -> Opened:
    """Open a codestream or a container; of an animation the first frame. Raises Refused."""
    import pylibjxl

    try:
        found: dict[str, Any] = pylibjxl.probe_file(path)
    except (RuntimeError, ValueError, OSError) as error:
        raise unreadable(kind) from error

    def read(shrink: Shrink) -> pyvips.Image:
        try:
            with pylibjxl.JXL(threads=1) as codec:
                pixels, said = codec.decode(path.read_bytes(), metadata=True)
        except (RuntimeError, ValueError) as error:
            raise cut_off() from error
        height, width = pixels.shape[:2]
        image = from_memory(pixels, width, height, pixels.size // (width * height))
        return shrink(with_rights(tagged(image, sound(said.get("icc"))), said.get("exif")))

    return Opened(Header(kind, found["width"], found["height"], found["channels"], 1, 1), read)
