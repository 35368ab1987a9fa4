"""The picture that the steps of the second wave look at: opened and decoded once, and made smaller for whoever asks."""

from pathlib import Path
from typing import Any

import pyvips

from runtime import pixels

LARGEST = 4096  # pixels a side at most: of a larger picture, that is fine enough
SPARE = 1.25  # what was made smaller before, and is that much larger, serves to make it smaller still


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
        whole = min(LARGEST, max(self.width, self.height))
        if whole not in self._sizes:
            self._sizes[whole] = pixels.thumbnail(self._path, whole)
        side = min(side, whole)
        if side not in self._sizes:
            near = min((size for size in self._sizes if size >= SPARE * side), default=whole)
            self._sizes[side] = self._sizes[near].thumbnail_image(side, height=side, size="down").copy_memory()
        return self._sizes[side]

    def flat(self, side: int) -> pyvips.Image:
        """The same on white, 3 bands."""
        picture = self.at_most(side)
        return picture.flatten(background=[255, 255, 255]) if picture.bands == 4 else picture
