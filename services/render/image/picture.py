"""What the steps pass on: one source picture, and one output at a time made from it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from services.render.image.decoders.opened import Opened
from services.render.image.geometry import Frame, Sight
from services.render.image.limits import Header
from services.render.recipe import Recipe


@dataclass(frozen=True)
class Ground:
    """A plain background: its colour, and the table that makes it pure white where it is nearly that.

    backdrop: with such a table, a small mask of the whole picture: where the background is, and not the product.
    spread: how far its own pixels are from that colour, of 255.
    """

    colour: tuple[int, int, int]
    whitening: pyvips.Image | None = None
    backdrop: pyvips.Image | None = None
    spread: int = 0


@dataclass
class Source:
    """The original while it is opened, checked, decoded and made upright sRGB. Steps fill it in their order."""

    path: Path
    recipes: list[Recipe]
    kind: str = ""
    opened: Opened | None = None
    header: Header | None = None
    # Decoded once: upright, 8 bit sRGB with or without transparency, in memory, `scale` times the original.
    image: pyvips.Image | None = None
    # The same pixels in the original's own colours, with its profile, where those are not sRGB and a press wants them.
    native: pyvips.Image | None = None
    width: int = 0  # of the upright original
    height: int = 0
    profile: bytes | None = None
    has_copyright: bool = False
    origin: str | None = None  # how a machine made it, in IPTC's word, where it says so
    eye: tuple[float, float] | None = None  # where the eye goes, as shares, where a film has told it of its poster
    sight: Sight = field(default_factory=Sight)
    ground: Ground | None = None
    salient: NDArray[np.float32] | None = None  # what stands out, small, where it placed the crops
    frames: list[Frame] = field(default_factory=list)  # one a recipe, in the same order
    # Smaller pictures of the whole, by (width, height), that further ones are made from.
    levels: dict[tuple[int, int], pyvips.Image] = field(default_factory=dict)

    @property
    def keep(self) -> str:
        """What of the metadata goes with what is made of it, in libvips' words (`strip` emptied it of the rest)."""
        return "|".join(w for w, there in (("exif", self.has_copyright), ("xmp", self.origin)) if there) or "none"

    @property
    def pixels(self) -> pyvips.Image:
        """The decoded picture; an error of ours when it is asked for too early."""
        if self.image is None:
            raise RuntimeError("the picture is not decoded yet")
        return self.image

    @property
    def checked(self) -> Header:
        """The header, once it was read."""
        if self.header is None:
            raise RuntimeError("the header is not read yet")
        return self.header


@dataclass
class Output:
    """One rendition while it is made."""

    recipe: Recipe
    frame: Frame
    image: pyvips.Image | None = None
    encoded: bytes = b""
    quality: int | None = None  # on the encoder's scale
    measure: float | None = None  # likeness to what was encoded, 0 to 100; see steps/likeness.py
    extra: dict[str, Any] = field(default_factory=dict)  # what else the facet says of it

    def note(self, text: str) -> None:
        """Something that whoever uses the file should know."""
        self.extra = {**self.extra, "notes": [*self.extra.get("notes", ()), text]}

    @property
    def pixels(self) -> pyvips.Image:
        """The picture so far."""
        if self.image is None:
            raise RuntimeError("the picture is not resized yet")
        return self.image
