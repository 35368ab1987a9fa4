"""What every decoder gives: a header to be judged before any pixel is decoded, and the pixels when asked for."""

from collections.abc import Callable
from dataclasses import dataclass

import pyvips

from services.render.image.decoders.film import Film
from services.render.image.limits import Header

Shrink = Callable[[pyvips.Image], pyvips.Image]
"""Brings a whole picture to the size that is wanted, in memory. It may be called more than once."""


@dataclass(frozen=True)
class Opened:
    """A file whose header was read.

    read: decodes and gives what its argument makes of the picture, turned and coloured as in the file, with its profile
      as `icc-profile-data` and its EXIF orientation as `orientation`. Raises Refused for pixels that are not all there.
    profile: the embedded colour profile, unless it is too large to be one. animation: None for a still.
    photoshop: Photoshop's resource blocks (clipping paths among them). dpi: across and down, where the file says so.
    notes: what people should know of every file that is made of it.
    """

    header: Header
    read: Callable[[Shrink], pyvips.Image]
    profile: bytes | None = None
    animation: Film | None = None
    photoshop: bytes | None = None
    dpi: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    coarse: Callable[[Shrink, float], pyvips.Image] | None = None
    """The same as `read`, of a picture up to so many times smaller: where the decoder saves work or memory by it."""
