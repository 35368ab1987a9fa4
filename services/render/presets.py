"""The presets file: what each channel gets. Its words are explained in `presets.yaml` itself."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

DEFAULT = Path(__file__).with_name("presets.yaml")
# What a file of ours may be at most on one side; a larger box would only be a slip of the keyboard.
LARGEST_SIDE = 8192
MOST_PAGES = 200

Side = Annotated[int, Field(ge=1, le=LARGEST_SIDE)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Quality = Annotated[int, Field(ge=1, le=100)]
Score = Annotated[float, Field(ge=30, le=95)]
Margin = Annotated[float, Field(ge=0, le=0.4)]
Bytes = Annotated[int, Field(ge=1000)]
Dpi = Annotated[int, Field(ge=36, le=2400)]
Mode = Literal["fit", "fill", "pad"]
Format = Literal["jpeg", "webp", "avif", "png", "tiff", "gif"]
Gravity = Literal["centre", "attention", "product"]
Sharpen = Literal["none", "mild"]
Space = Literal["srgb", "cmyk"]
Wave = Literal["first", "rest", "later"]
BY_QUALITY: tuple[Format, ...] = ("jpeg", "webp", "avif")
MOVING: tuple[Format, ...] = ("webp", "gif")


class PresetsError(ValueError):
    """The presets file does not hold; the message names the place and the cure."""


class Preset(BaseModel):
    """One named way to make a file. Width and height in pixels, background as "#rrggbb"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    channel: Name
    wave: Wave = "rest"
    width: Side
    height: Side
    mode: Mode
    background: Colour | None = None
    format: Format
    quality: Quality | None = None
    target: Score | None = None
    max_bytes: Bytes | None = None
    gravity: Gravity = "centre"
    sharpen: Sharpen = "none"
    progressive: bool = True
    trim: bool = False
    margin: Margin = 0.0
    whiten: bool = False
    animated: bool = False
    colours: Space = "srgb"
    dpi: Dpi | None = None
    pages: Annotated[int, Field(ge=0, le=MOST_PAGES)] = 0

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for wrong, why in self._slips():
            if wrong:
                raise ValueError(f"preset {self.name}: {why}")
        return self

    def _slips(self) -> Iterator[tuple[bool, str]]:
        by_quality = self.format in BY_QUALITY
        yield self.mode == "pad" and self.background is None, "mode pad needs a background, e.g. '#ffffff'"
        yield (
            self.mode != "fill" and self.gravity != "centre",
            "gravity means something with mode fill only; remove it",
        )
        yield self.margin > 0 and self.mode != "pad", "margin means something with mode pad only; remove it"
        yield (
            by_quality and (self.quality is None) == (self.target is None),
            f"{self.format} needs either a quality or a target",
        )
        yield (
            not by_quality and (self.quality is not None or self.target is not None),
            f"{self.format} loses nothing: remove quality and target",
        )
        yield self.max_bytes is not None and not by_quality, f"max_bytes can not be kept with {self.format}; remove it"
        yield self.animated and self.format not in MOVING, f"{self.format} does not move: take webp or gif"
        yield self.format == "gif" and not self.animated, "gif is for animated presets; take png"
        yield self.colours == "cmyk" and self.format != "tiff", "cmyk is for tiff; remove it"
        yield self.dpi is not None and self.format != "tiff", "dpi means something with tiff only; remove it"


class Presets(BaseModel):
    """All presets, in the order of the file."""

    model_config = ConfigDict(frozen=True)

    all: tuple[Preset, ...]

    @property
    def channels(self) -> list[str]:
        """Names of the channels, in the order of the file."""
        return list(dict.fromkeys(preset.channel for preset in self.all))

    def of(self, channel: str) -> "Presets":
        """The presets of one channel, or all of them for "all". Raises PresetsError for an unknown name."""
        if channel == "all":
            return self
        if channel not in self.channels:
            raise PresetsError(f"There is no channel {channel!r}. There are: all, {', '.join(self.channels)}.")
        return Presets(all=tuple(preset for preset in self.all if preset.channel == channel))

    def named(self, name: str) -> Preset:
        """One preset by its name. Raises KeyError."""
        return {preset.name: preset for preset in self.all}[name]


def load_presets(path: Path = DEFAULT) -> Presets:
    """Read and check a presets file. Raises PresetsError that names the file, the place and the fault."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PresetsError(f"{path} cannot be read: {error}") from error
    return read_presets(path.name, text)


def read_presets(name: str, text: str) -> Presets:
    """Check the text of a presets file. `name` is for the PresetsError that it raises."""
    try:
        found = yaml.safe_load(text)
        channels: dict[str, list[dict[str, Any]]] = found["channels"]
        presets = Presets(
            all=tuple(
                Preset.model_validate({**fields, "channel": channel})
                for channel, list_of_fields in channels.items()
                for one in list_of_fields
                for fields in _written_out(one)
            )
        )
    except (yaml.YAMLError, ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PresetsError(f"{name} is not a presets file: {error}") from error
    doubled = [name for name, count in Counter(p.name for p in presets.all).items() if count > 1]
    if doubled:
        raise PresetsError(f"{name}: two presets are named {doubled[0]!r}; give one of them another name.")
    return presets


def _written_out(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """`ratio` becomes the missing side, `dpr` becomes a preset for each density: card, card-2x."""
    fields = dict(fields)
    densities = fields.pop("dpr", [1])
    if ratio := fields.pop("ratio", None):
        across, down = (float(part) for part in str(ratio).split(":"))
        if ("width" in fields) == ("height" in fields):
            raise ValueError(f"preset {fields.get('name')}: with a ratio give either the width or the height")
        if "width" in fields:
            fields["height"] = round(fields["width"] * down / across)
        else:
            fields["width"] = round(fields["height"] * across / down)
    for density in densities:
        suffix = "" if density == 1 else f"-{density:g}x".replace(".", "-")
        sides: dict[str, int] = {side: round(fields[side] * density) for side in ("width", "height") if side in fields}
        yield {**fields, **sides, "name": f"{fields.get('name')}{suffix}"}
