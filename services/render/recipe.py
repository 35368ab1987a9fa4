"""A recipe says all that the bytes of a rendition depend on, beside the original's own bytes.

The same original and the same recipe hash always mean the same file, so a rendition is never written twice with
other bytes: whatever changes the outcome must be a field here.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.render.presets import Colour, Format, Gravity, Mode, Preset, Presets, Sharpen, Side

# Raised by hand when the pipeline or its libraries change what comes out: everything is then made again.
ENGINE = 1
EXTENSIONS: dict[str, str] = {"jpeg": "jpg", "webp": "webp"}

Share = Annotated[float, Field(ge=0, le=1)]


class Focal(BaseModel):
    """The point that must stay in view, as shares of the upright picture's width and height."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    x: Share
    y: Share


class Crop(BaseModel):
    """The part of the upright picture that is used, as shares of its width and height."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    left: Share = 0.0
    top: Share = 0.0
    width: Annotated[float, Field(gt=0, le=1)] = 1.0
    height: Annotated[float, Field(gt=0, le=1)] = 1.0


class Facts(BaseModel):
    """What people decided about one asset and its renditions depend on."""

    model_config = ConfigDict(frozen=True)
    focal: Focal | None = None
    crop: Crop | None = None


class Recipe(BaseModel):
    """A resolved preset for one asset. Channel and wave are absent: they do not change a byte."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    engine: int = ENGINE
    preset: str
    width: Side
    height: Side
    mode: Mode
    background: Colour | None
    format: Format
    quality: int
    gravity: Gravity
    sharpen: Sharpen
    progressive: bool
    focal: Focal | None = None
    crop: Crop | None = None

    @cached_property
    def hash(self) -> str:
        """16 hex digits of the SHA-256 of this recipe as canonical JSON. Kept: a job asks for it a hundred times."""
        return recipe_hash(self.model_dump(mode="json"))

    @property
    def extension(self) -> str:
        """The file name's ending, without the dot."""
        return EXTENSIONS[self.format]


def recipe_hash(fields: dict[str, object]) -> str:
    """Hash of a recipe's fields, whatever order they come in: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:16]


def rendition_key(sha256: str, recipe: str, extension: str) -> str:
    """Where a rendition lies in the library bucket. `recipe` is the hash of one."""
    return f"renditions/{sha256}/{recipe}.{extension}"


def resolve(preset: Preset, facts: Facts) -> Recipe:
    """The recipe of one preset for one asset. A focal point counts only where something is cropped away."""
    fields = preset.model_dump(exclude={"name", "channel", "wave"})
    focal = facts.focal if preset.mode == "fill" else None
    return Recipe(preset=preset.name, focal=focal, crop=facts.crop, **fields)


def plan(presets: Presets, facts: Facts) -> list[Recipe]:
    """All recipes in the order they are made: the first wave before the rest, and the smallest of it first."""
    return [resolve(preset, facts) for preset in _in_order(presets.all)]


def _in_order(presets: Iterable[Preset]) -> list[Preset]:
    """Within the first wave small before large; the rest stays in the order of the file (sorting is stable)."""
    return sorted(presets, key=lambda p: (p.wave != "first", p.width * p.height if p.wave == "first" else 0))
