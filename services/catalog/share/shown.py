"""What of the files that a link gives a browser can show large. Pure."""

from collections.abc import Mapping, Sequence

from runtime.ranges import type_of
from services.catalog.queries.packs import File

FILM, WATCHED = "video/mp4", "web-mp4"
"""What every browser plays, and which of several is played."""
PICTURES = ("image/jpeg", "image/webp", "image/png", "image/avif", "image/gif")
MOST_LARGE = 30_000_000
"""Bytes of a picture that a page loads."""


def larger(files: Mapping[str, File], presets: Sequence[str]) -> File | None:
    """What of the files that the link gives a browser can show large: a film that plays, else the largest picture."""
    offered = [files[preset] for preset in presets if preset in files]
    films = [one for one in offered if type_of(one.name) == FILM]
    still = [one for one in offered if shows(one) and type_of(one.name) != FILM and one.bytes <= MOST_LARGE]
    return min(films, key=lambda one: one.preset != WATCHED) if films else max(still, key=_by_bytes, default=None)


def _by_bytes(file: File) -> int:
    return file.bytes


def shows(file: File) -> bool:
    """Whether a browser shows it by itself."""
    kind = type_of(file.name)
    return kind == FILM or kind in PICTURES
