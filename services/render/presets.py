"""The presets file: what each channel gets. Its words are explained in `presets.yaml` itself."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from runtime.faults import plain
from runtime.yaml_text import NotYaml, loaded
from services.render.shorthand import SHORTHANDS, written_out

DEFAULT = Path(__file__).with_name("presets.yaml")
# What a file of ours may be at most on one side; a larger box would only be a slip of the keyboard.
LARGEST_SIDE = 8192
MOST_PAGES = 200
ORIGINAL = "original"

Side = Annotated[int, Field(ge=1, le=LARGEST_SIDE)]
# A description says what may stand there, where a pattern would be no help: see faults.py.
Colour = Annotated[
    str, Field(pattern=r"^#[0-9a-f]{6}$", description='six hex digits in small letters, in quotes: "#ffffff"')
]
Name = Annotated[
    str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="small letters and digits, with single hyphens between")
]
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
    shrink: bool = False
    whiten: bool = False
    animated: bool = False
    colours: Space = "srgb"
    dpi: Dpi | None = None
    pages: Annotated[int, Field(ge=0, le=MOST_PAGES)] = 0

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for wrong, why in self._slips():
            if wrong:
                raise ValueError(f"{why}.")
        return self

    def _slips(self) -> Iterator[tuple[bool, str]]:
        by_quality = self.format in BY_QUALITY
        yield self.mode == "pad" and self.background is None, "mode pad needs a background, e.g. '#ffffff'"
        yield (
            self.mode != "fill" and self.gravity != "centre",
            "gravity means something with mode fill only; remove it",
        )
        yield self.margin > 0 and self.mode != "pad", "margin means something with mode pad only; remove it"
        yield self.shrink and self.mode != "pad", "shrink means something with mode pad only; remove it"
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
    """Check the text of a presets file. `name` is for the PresetsError that it raises: a line for each fault."""
    found: list[Preset] = []
    faults: list[str] = []
    for channel, number, fields in _entries(name, text):
        place = f"{name}, channel {channel}, preset {fields.get('name') or f'no. {number}'}: "
        try:
            found += [Preset.model_validate({**one, "channel": channel}) for one in written_out(fields)]
        except ValidationError as error:
            faults += [place + fault for fault in plain(error, Preset, SHORTHANDS)]
        except ValueError as error:
            faults.append(f"{place}{error}")
    doubled = [name for name, count in Counter(preset.name for preset in found).items() if count > 1]
    faults += [f"{name}: two presets are named {one!r}; give one of them another name." for one in doubled]
    if any(preset.name == ORIGINAL for preset in found):
        faults.append(f"{name}: links and packs call the file itself {ORIGINAL!r}; give that preset another name.")
    if faults:
        raise PresetsError("\n".join(faults))
    return Presets(all=tuple(found))


def _entries(name: str, text: str) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Channel, number within it (from 1) and fields of each preset. Raises PresetsError."""
    wrong = f"{name} is not a presets file"
    try:
        found = loaded(text)
    except NotYaml as error:
        raise PresetsError(f"{wrong}: {error}") from error
    channels = found.get("channels") if isinstance(found, dict) else None
    if not isinstance(channels, dict):
        raise PresetsError(f"{wrong}: it has no `channels:` with a list of presets for each channel under it.")
    for channel, presets in channels.items():
        if not isinstance(presets, list) or not all(isinstance(fields, dict) for fields in presets):
            raise PresetsError(f"{name}, channel {channel}: this is no list of presets. Begin each with `- name:`.")
        yield from ((str(channel), number, fields) for number, fields in enumerate(presets, start=1))
