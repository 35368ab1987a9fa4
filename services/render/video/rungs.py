"""The rungs file: what is made of a video for each channel. Its words are explained in `rungs.yaml` itself."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from runtime.faults import plain, shown
from services.render.presets import Name

DEFAULT = Path(__file__).with_name("rungs.yaml")

Side = Annotated[int, Field(ge=16, le=3840, multiple_of=2)]
Crf = Annotated[int, Field(ge=10, le=40)]
Speed = Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"]
KBit = Annotated[int, Field(ge=0, le=50_000)]


class RungsError(ValueError):
    """The rungs file does not hold; the message names the place and the cure."""


class Rung(BaseModel):
    """What all rungs have. threads: of the encoder; other threads make other bytes, so it is part of the recipe."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    channel: Name
    threads: Annotated[int, Field(ge=1, le=16)] = 2


class Encoded(Rung):
    """What rungs with H.264 in them have. fps: the highest. sound_kbit 0: silent. loudness: LUFS."""

    crf: Crf = 22
    speed: Speed = "medium"
    fps: Annotated[int, Field(ge=1, le=60)] = 60
    sound_kbit: KBit = 128
    loudness: Annotated[float, Field(ge=-40, le=-5)] = -14.0


class Mp4(Encoded):
    """One progressive MP4. Width and height: the box; turned: it lies as the video lies."""

    make: Literal["mp4"]
    width: Side
    height: Side
    mode: Literal["fit", "fill", "pad"] = "fit"
    turned: bool = False
    max_kbit: KBit = 8000
    seconds: Annotated[float, Field(gt=0)] | None = None


class Step(BaseModel):
    """One step of a ladder. height: the shorter side; kbit: the highest rate of its pictures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    height: Side
    kbit: Annotated[int, Field(ge=50, le=50_000)]


class Hls(Encoded):
    """An HLS ladder of fragmented MP4, all steps from one decode, key frames aligned."""

    make: Literal["hls"]
    ladder: tuple[Step, ...] = Field(min_length=1)
    segment_seconds: Annotated[float, Field(ge=1, le=10)] = 4.0

    @model_validator(mode="after")
    def _falls(self) -> Self:
        heights = [step.height for step in self.ladder]
        if heights != sorted(set(heights), reverse=True):
            raise ValueError("the ladder goes from the highest step to the lowest.")
        return self


class Storyboard(Rung):
    """Sheets of small pictures for the seek bar, with a WebVTT that says which is where."""

    make: Literal["storyboard"]
    width: Side = 160
    columns: Annotated[int, Field(ge=1, le=10)] = 5
    rows: Annotated[int, Field(ge=1, le=10)] = 5
    pictures: Annotated[int, Field(ge=1, le=500)] = 100
    """At most."""
    least_seconds: Annotated[float, Field(gt=0)] = 1.0
    """Between two of them."""
    quality: Annotated[int, Field(ge=2, le=31)] = 5


class Shots(Rung):
    """Where the shots begin and end, and key frames that the tagger looks at. Its facet is looked for by its name."""

    make: Literal["shots"]
    name: Literal["shots"] = "shots"


AnyRung = Mp4 | Hls | Storyboard | Shots
Kind = type[Mp4] | type[Hls] | type[Storyboard] | type[Shots]
KINDS: dict[str, Kind] = {"mp4": Mp4, "hls": Hls, "storyboard": Storyboard, "shots": Shots}


def parse(fields: dict[str, Any]) -> AnyRung:
    """A rung of its fields. Raises ValueError: ValidationError, or one that says what `make` may be."""
    if (kind := KINDS.get(str(fields.get("make")))) is None:
        raise ValueError(f"make is {shown(fields.get('make'))}. Give {', '.join(KINDS)}.")
    return kind.model_validate(fields)


def load_rungs(path: Path = DEFAULT) -> tuple[AnyRung, ...]:
    """Read and check a rungs file, in its order. Raises RungsError: a line for each fault."""
    rungs: list[AnyRung] = []
    faults: list[str] = []
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
        entries = [(channel, dict(fields)) for channel, listed in found["video"].items() for fields in listed]
    except (OSError, yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RungsError(f"{path.name} is not a rungs file: {error}") from error
    for channel, fields in entries:
        place = f"{path.name}, channel {channel}, rung {fields.get('name')}: "
        try:
            rungs.append(parse({**fields, "channel": channel}))
        except ValidationError as error:
            faults += [place + fault for fault in plain(error, KINDS[fields["make"]])]
        except ValueError as error:
            faults.append(f"{place}{error}")
    names = [rung.name for rung in rungs]
    if len(set(names)) < len(names):
        faults.append(f"{path.name}: two rungs have one name; give each its own.")
    if faults:
        raise RungsError("\n".join(faults))
    return tuple(rungs)


def of_channel(rungs: tuple[AnyRung, ...], channel: str) -> tuple[AnyRung, ...]:
    """Those of one channel; all of them for "all"."""
    return tuple(rung for rung in rungs if channel in ("all", rung.channel))
