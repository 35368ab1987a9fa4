"""A recipe says all that the bytes of a rendition depend on, beside the original's own bytes.

The same original and the same recipe hash always mean the same file, so a rendition is never written twice with
other bytes: whatever changes the outcome must be a field here.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field

from runtime.recipes import recipe_hash
from services.render.facts import Crop, Facts, Focal
from services.render.presets import Colour, Dpi, Format, Gravity, Mode, Preset, Presets, Sharpen, Side, Space, Wave

__all__ = ["Crop", "Facts", "Focal", "Planned", "Recipe", "plan", "resolve"]

# Raised by hand, once between two releases, when the pipeline or its libraries change what comes out: everything is
# then made again.
ENGINE = 2
EXTENSIONS: dict[str, str] = {
    "jpeg": "jpg",
    "webp": "webp",
    "avif": "avif",
    "png": "png",
    "tiff": "tif",
    "gif": "gif",
}
CLEAN = 75  # quality or target from which a picture's own compression is not measured as the original's fault
# Said of a preset, and not of a file's bytes.
NOT_IN_RECIPE = {"name", "channel", "wave", "pages"}


class Planned(Protocol):
    """What may be planned: a picture's recipe, or another kind's own."""

    @property
    def preset(self) -> str:
        """Name of the preset."""
        ...

    @property
    def channel(self) -> str:
        """Whom it is for."""
        ...

    @property
    def wave(self) -> Wave:
        """When it is made."""
        ...

    @property
    def format(self) -> str:
        """Format of the file."""
        ...

    @property
    def extension(self) -> str:
        """The file name's ending, without the dot."""
        ...

    @property
    def hash(self) -> str:
        """Hash of all that its bytes depend on."""
        ...

    def model_dump(self, *, mode: Literal["json"]) -> dict[str, Any]:
        """Its fields, for the cage."""
        ...


class Recipe(BaseModel):
    """A resolved preset for one asset. Channel and wave travel beside it: they do not change a byte.

    A field at its default is left out of the hash, so a new word re-renders nothing. Never change a default.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    engine: int = ENGINE
    preset: str
    width: Side
    height: Side
    mode: Mode
    background: Colour | None
    format: Format
    quality: int | None
    gravity: Gravity
    sharpen: Sharpen
    progressive: bool
    target: float | None = None
    max_bytes: int | None = None
    trim: bool = False
    margin: float = 0.0
    shrink: bool = False
    whiten: bool = False
    animated: bool = False
    colours: Space = "srgb"
    dpi: Dpi | None = None
    page: Annotated[int, Field(ge=1)] | None = None
    focal: Focal | None = None
    crop: Crop | None = None
    own: str | None = None
    """Content hash of the file that a person has set for this preset, in place of the asset's original."""
    channel: str = Field(default="", exclude=True)
    wave: Wave = Field(default="rest", exclude=True)

    @cached_property
    def hash(self) -> str:
        """16 hex digits of the SHA-256 of this recipe as canonical JSON. Kept: a job asks for it a hundred times."""
        return recipe_hash({**self.model_dump(mode="json", exclude_defaults=True), "engine": self.engine})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A changed copy works its hash out anew."""
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop("hash", None)
        return copy

    @property
    def extension(self) -> str:
        """The file name's ending, without the dot."""
        return EXTENSIONS[self.format]

    @property
    def faithful(self) -> bool:
        """Whether it shows all of the original and nothing else, only smaller, so that both measure alike."""
        altered = self.crop or self.own or self.trim or self.whiten or self.sharpen != "none" or self.colours != "srgb"
        squeezed = self.max_bytes or (self.quality or 100) < CLEAN or (self.target or 100) < CLEAN
        return self.mode == "fit" and not (altered or squeezed or self.animated or self.page)


def resolve(preset: Preset, facts: Facts) -> Recipe:
    """The recipe of one preset for one asset. A focal point counts only where something is cropped away."""
    fields = preset.model_dump(exclude=NOT_IN_RECIPE)
    about: dict[str, Any] = {"preset": preset.name, "channel": preset.channel, "wave": preset.wave}
    if own := facts.own.get(preset.name):
        return Recipe(**about, **fields, own=own)  # a person has made it as it shall be: nothing of ours is cut
    crop = facts.crops.get(preset.name, facts.crop)
    return Recipe(**about, **fields, crop=crop, focal=facts.focal if preset.mode == "fill" else None)


def plan(presets: Presets, facts: Facts, *, pages: bool = False) -> list[Recipe]:
    """All recipes in the order they are made: the first wave before the rest, and the smallest of it first.

    pages: with a recipe for each page that the presets want; a document may have fewer.
    """
    return [recipe for preset in _in_order(presets.all) for recipe in _recipes(preset, facts, pages)]


def _recipes(preset: Preset, facts: Facts, pages: bool) -> Iterator[Recipe]:
    if not preset.pages:
        yield resolve(preset, facts)
    elif pages:
        for number in range(1, preset.pages + 1):
            one = resolve(preset, Facts())
            yield one.model_copy(update={"preset": f"{preset.name}-{number}", "page": number})


def _in_order(presets: Iterable[Preset]) -> list[Preset]:
    """Within the first wave small before large; the rest stays in the order of the file (sorting is stable)."""
    order = ("first", "rest", "later")
    return sorted(presets, key=lambda p: (order.index(p.wave), p.width * p.height if p.wave == "first" else 0))
