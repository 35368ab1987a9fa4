"""Drops as an operator writes them in YAML: what is handed over, where to, and where the keys for it lie."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from runtime.faults import plain
from runtime.yaml_text import NotYaml, loaded
from services.catalog.channels.model import Channel
from services.catalog.channels.written import Written
from services.catalog.feeds.flat import FLATS
from services.catalog.feeds.formats import FORMATS
from services.catalog.queries.handed import OWN

Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
Folder = Annotated[str, Field(pattern=r"^[A-Za-z0-9_./-]*$", description="Without it, where the sign-in leads to")]
_SECRET = re.compile(r"(env|file):(.+)")


class DropsError(ValueError):
    """The file of drops does not hold; the message names the place and the cure."""


class ToS3(Written):
    """A bucket of whoever takes it."""

    url: str = Field(pattern=r"^https?://[^/?#@\s]+/?$", examples=["https://s3.eu-central-1.amazonaws.com"])
    bucket: Word
    prefix: Folder = ""
    region: Word = "us-east-1"
    access_key: str = Field(examples=["env:OTTO_ACCESS_KEY"], description="Where it is: `env:NAME` or `file:/PATH`")
    secret_key: str = Field(examples=["file:/run/secrets/otto"], description="The same of its secret")


class ToSftp(Written):
    """A folder behind SFTP, signed in to by a key; the host is known by `known_hosts`, or nothing is sent."""

    host: Word
    port: int = Field(default=22, ge=1, le=65535)
    user: Word
    folder: Folder = ""
    key_file: Path = Field(description="Private key without a passphrase")
    known_hosts: Path = Field(description="As `ssh-keyscan` writes it, once a person has compared it")


class Drop(Written):
    """One hand-over. Its files are named as the format says; a list is one file."""

    name: Name
    channel: str
    format: str = Field(examples=["zip"], description="zip, amazon-zip, gs1-zip: files, one by one; else a list")
    market: str = ""
    doubt: bool = Field(default=False, description="You answer for what no machine can judge of the pictures")
    language: str = "en"
    keeps: bool | None = Field(
        default=None,
        description="Whoever takes it keeps what is taken out of it, so that is a task; by default of files and of "
        "`shopify`, which no next file takes back",
    )
    every: float = Field(default=300.0, ge=10, description="Seconds between two looks; what must go, goes at once")
    s3: ToS3 | None = None
    sftp: ToSftp | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.s3 is None) == (self.sftp is None):
            raise ValueError("say either s3 or sftp")
        if self.format not in FORMATS.keys() | FLATS.keys():
            raise ValueError(f"there is no format {self.format}; there are {', '.join([*FORMATS, *FLATS])}")
        return self

    @property
    def feed(self) -> str:
        """What its runs are kept under, and what is known to be there."""
        return f"drop.{self.name}"

    @property
    def copies(self) -> str:
        """What the taker's own copies are kept under; empty where it keeps none."""
        form = FORMATS.get(self.format)
        keeps = (form is None or not form.lets_go) if self.keeps is None else self.keeps
        return f"{self.feed}{OWN}{self.channel}" if keeps else ""

    @property
    def place(self) -> str:
        """For people; no key is in it."""
        if self.s3:
            return f"{self.s3.url.rstrip('/')}/{self.s3.bucket}/{self.s3.prefix}"
        assert self.sftp is not None  # noqa: S101 - checked above
        return f"sftp://{self.sftp.user}@{self.sftp.host}:{self.sftp.port}/{self.sftp.folder}"


class _File(Written):
    drops: list[Drop]


def load_drops(path: Path | None, channels: Mapping[str, Channel]) -> list[Drop]:
    """In the order of the file. Raises DropsError."""
    if path is None:
        return []
    try:
        said: Any = loaded(path.read_text())
        found = _File.model_validate(said).drops
    except OSError as error:
        raise DropsError(f"{path} cannot be read: {error}. Set PACKSHOT_DROPS to the file, or unset it.") from error
    except NotYaml as error:
        raise DropsError(f"{path.name}, {error}") from error
    except ValidationError as error:
        raise DropsError(f"{path.name}: {' '.join(plain(error, _File))}") from error
    for one in found:
        if one.channel not in channels:
            raise DropsError(f"{path.name}, {one.name}: no channel {one.channel}; there are {', '.join(channels)}.")
        if one.format not in (formats := channels[one.channel].formats):
            raise DropsError(
                f"{path.name}, {one.name}: {one.channel} is handed over as {', '.join(formats)}, not as {one.format}. "
                "Take another of these, or say `hands_over` in the channel's YAML."
            )
    if doubled := {one.name for one in found if sum(other.name == one.name for other in found) > 1}:
        raise DropsError(f"{path.name}: two drops are named {min(doubled)}; give one of them another name.")
    return found


def secret(where: str, environment: Mapping[str, str]) -> str:
    """What stands there, read when it is needed: a changed file counts at once. Raises DropsError, without it."""
    found = _SECRET.fullmatch(where)
    if not found:
        raise DropsError("A key is named, not written: `env:NAME` or `file:/PATH`.")
    kind, name = found.groups()
    if kind == "env":
        if name not in environment:
            raise DropsError(f"The environment has no {name}. Set it for the service `catalog`.")
        return environment[name]
    try:
        return Path(name).read_text().strip()
    except OSError as error:
        raise DropsError(f"{name} cannot be read: {error.strerror}.") from error
