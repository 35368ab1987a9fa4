"""The picture that the steps of the second wave look at: opened once, and decoded once for each size asked for."""

from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from runtime import pixels


class Look:
    """width, height: of the upright picture in pixels. found: what the steps before have found, by name of the step.

    is_original: whether these are the original's own pixels, and not those of a picture that render has made of it.
    """

    def __init__(self, path: Path, text: str = "", *, is_original: bool = True) -> None:
        """text: what a document says by itself. Raises Refused for what cannot be opened, or claims too much."""
        self.text, self.is_original = text, is_original
        self._path = path
        self.width, self.height = pixels.upright_size(pixels.open_checked(path))
        self.found: dict[str, dict[str, Any]] = {}
        self._sizes: dict[int, pyvips.Image] = {}

    def at_most(self, side: int) -> pyvips.Image:
        """8-bit sRGB of at most `side` pixels, 3 bands or 4. Raises Refused where its pixels are damaged."""
        side = min(side, max(self.width, self.height))
        if side not in self._sizes:
            self._sizes[side] = pixels.thumbnail(self._path, side)
        return self._sizes[side]

    def flat(self, side: int) -> pyvips.Image:
        """The same on white, 3 bands."""
        picture = self.at_most(side)
        return picture.flatten(background=[255, 255, 255]) if picture.bands == 4 else picture

    def grey(self, side: int) -> NDArray[np.uint8]:
        """uint8 [h, w]"""
        band = self.flat(side).colourspace("b-w").extract_band(0)
        values: NDArray[np.uint8] = band.numpy().reshape(band.height, band.width)
        return values
