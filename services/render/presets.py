"""The presets file: what each channel gets. Its words are explained in `presets.yaml` itself."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

DEFAULT = Path(__file__).with_name("presets.yaml")
# What a file of ours may be at most on one side; a larger box would only be a slip of the keyboard.
LARGEST_SIDE = 8192

Side = Annotated[int, Field(ge=1, le=LARGEST_SIDE)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Mode = Literal["fit", "fill", "pad"]
Format = Literal["jpeg", "webp"]
Gravity = Literal["centre", "attention"]
Sharpen = Literal["none", "mild"]


class PresetsError(ValueError):
    """The presets file does not hold; the message names the place and the cure."""


class Preset(BaseModel):
    """One named way to make a file. Width and height in pixels, background as "#rrggbb"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    channel: Name
    wave: Literal["first", "rest"] = "rest"
    width: Side
    height: Side
    mode: Mode
    background: Colour | None = None
    format: Format
    quality: Annotated[int, Field(ge=1, le=100)]
    gravity: Gravity = "centre"
    sharpen: Sharpen = "none"
    progressive: bool = True

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.mode == "pad" and self.background is None:
            raise ValueError(f"preset {self.name}: mode pad needs a background, e.g. '#ffffff'")
        if self.mode != "fill" and self.gravity != "centre":
            raise ValueError(f"preset {self.name}: gravity means something with mode fill only; remove it")
        return self


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
        found = yaml.safe_load(path.read_text("utf-8"))
        channels: dict[str, list[dict[str, object]]] = found["channels"]
        presets = Presets(
            all=tuple(
                Preset.model_validate({**fields, "channel": channel})
                for channel, list_of_fields in channels.items()
                for fields in list_of_fields
            )
        )
    except (yaml.YAMLError, ValidationError, TypeError, KeyError, AttributeError) as error:
        raise PresetsError(f"{path.name} is not a presets file: {error}") from error
    doubled = [name for name, count in Counter(p.name for p in presets.all).items() if count > 1]
    if doubled:
        raise PresetsError(f"{path.name}: two presets are named {doubled[0]!r}; give one of them another name.")
    return presets
