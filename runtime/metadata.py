"""What an uploader wrote about an object: the `x-amz-meta-…` headers of its PUT, as text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header

PREFIX = "x-amz-meta-"


@dataclass(frozen=True)
class Coming:
    """An object that is being read: its bytes block by block, how many, and what its uploader wrote about it."""

    size: int
    metadata: dict[str, str]
    blocks: Iterator[bytes]


def metadata_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Name in small letters → text. Clients encode other letters than ASCII as in mail (RFC 2047)."""
    lower = {name.lower(): text for name, text in headers.items()}
    return {name.removeprefix(PREFIX): _text(text) for name, text in lower.items() if name.startswith(PREFIX)}


def _text(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError):
        return value  # it only looked like that
