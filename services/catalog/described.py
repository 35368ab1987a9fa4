"""What people wrote about a picture: in a side-car or a list beside it, or in the file itself. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

NAMES = ("title", "alt", "description", "keywords", "copyright", "artist")
"""Fields that are shown and searched, in their order."""
SUBJECT = ("title", "alt", "keywords")
"""Those that say what the picture shows."""
LONGEST = 2000
"""Characters of one field."""


class Said(NamedTuple):
    """One field. `source`: beside (a side-car, a list) or embedded."""

    name: str
    value: str
    source: str


def described(file: Mapping[str, Any]) -> Iterator[Said]:
    """The fields that a `file` facet's data has; what lies beside the picture stands above what is in it."""
    for name in NAMES:
        for place, source in (("sidecar", "beside"), ("embedded", "embedded")):
            if value := _text((file.get(place) or {}).get(name)):
                yield Said(name, value[:LONGEST], source)
                break


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one).strip() for one in value if str(one).strip())
    return str(value).strip() if isinstance(value, str | int | float) else ""
