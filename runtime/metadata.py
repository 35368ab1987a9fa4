"""What was written about an object: the `x-amz-meta-…` headers of its PUT as text, and its tags."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header, make_header

PREFIX = "x-amz-meta-"
TAG_COUNT = "x-amz-tagging-count"


@dataclass(frozen=True)
class Told:
    """What is written about one version of an object. tags: S3's object tags, names as they were given."""

    metadata: Mapping[str, str] = field(default_factory=dict)
    """The `x-amz-meta-…` of its PUT without that, names in small letters."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Coming:
    """An object that is being read: its bytes block by block, how many, and the headers that came before them."""

    size: int
    headers: Mapping[str, str]
    blocks: Iterator[bytes]


def metadata_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Name in small letters → text. Clients encode other letters than ASCII as in mail (RFC 2047)."""
    lower = {name.lower(): text for name, text in headers.items()}
    return {name.removeprefix(PREFIX): _text(text) for name, text in lower.items() if name.startswith(PREFIX)}


def is_tagged(headers: Mapping[str, str]) -> bool:
    """Whether it has tags that we may read: a store counts them for those only who may."""
    return any(name.lower() == TAG_COUNT and text.strip() not in ("", "0") for name, text in headers.items())


def _text(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError):
        return value  # it only looked like that
