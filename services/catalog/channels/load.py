"""The channels in use: the project's own, and those that an operator put beside them or in their place."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from runtime.faults import plain
from runtime.yaml_text import NotYaml, loaded
from services.catalog.channels.model import Channel

OURS = Path(__file__).with_name("rules")


class ChannelsError(ValueError):
    """A rule set does not hold; the message names the file, the place and the cure."""


def read_channel(name: str, text: str) -> Channel:
    """`name`: of the file, for messages. Raises ChannelsError."""
    try:
        said = loaded(text)
    except NotYaml as error:
        raise ChannelsError(f"{name}, {error}") from error
    if not isinstance(said, dict):
        raise ChannelsError(f"{name}: it holds no channel. Begin with `channel: name`.")
    try:
        return Channel.model_validate(said)
    except ValidationError as error:
        raise ChannelsError(f"{name}: {' '.join(plain(error, Channel))}") from error


def load_channels(folder: Path | None = None) -> Mapping[str, Channel]:
    """Name → channel, by name. A file in `folder` replaces ours of the same channel. Raises ChannelsError."""
    found: dict[str, Channel] = {}
    for place in (OURS, *([folder] if folder else [])):
        for channel in _in(place):
            found[channel.channel] = channel
    return dict(sorted(found.items()))


def _in(folder: Path) -> Iterator[Channel]:
    if not folder.is_dir():
        raise ChannelsError(f"{folder} is no folder. Point PACKSHOT_CHANNELS to one with YAML files, or unset it.")
    for path in sorted(folder.glob("*.yaml")):
        yield read_channel(path.name, path.read_text())
