"""Where pictures are used, as shops and people report it: fields of the curation, and what an address names. Pure."""

import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from schemas.curation import USED

MOST = 200
"""Places that are kept of one asset."""
_ASSET = re.compile(r"/a/([0-9a-f-]{36})(?:[/.]|$)")
_PLACE = re.compile(r"/p/([^/]+)/([a-z0-9-]+?)(?:\.(\d{1,3}))?(?:/|$)")


class Shown(NamedTuple):
    """What a public address names: an asset, or the `number`-th picture of a role of a product, counted from 1."""

    asset: str = ""
    sku: str = ""
    role: str = ""
    number: int = 1


def named_by(url: str) -> Shown | None:
    """What one of our public addresses shows, whatever host it is on; None for any other."""
    try:
        path = urlsplit(url).path
    except ValueError:  # "http://[/p/…": no URL at all
        return None
    if asset := _ASSET.match(path):
        return Shown(asset=asset[1])
    place = _PLACE.match(path)
    if place and "\0" not in unquote(place[1]):  # no product is called so, and PostgreSQL takes no such text
        return Shown(sku=unquote(place[1]), role=place[2], number=int(place[3] or 1))
    return None


def field_of(place: str) -> str:
    """The curation's field of that place."""
    return USED + hashlib.sha256(place.encode()).hexdigest()[:16]


def fits(fields: Mapping[str, Any], set: Collection[str], clear: Collection[str]) -> bool:
    """Whether there is room for what is reported. What is known already, and what makes it less, always fits.

    fields: the curation as it stands; set, clear: fields that the report names.
    """
    before = {name for name in fields if name.startswith(USED)}
    return len(before.difference(clear).union(set)) <= max(MOST, len(before))


def places(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is known of an asset, the last seen first: {place, channel, market, seen, by}."""
    known = [value for name, value in fields.items() if name.startswith(USED) and isinstance(value, dict)]
    return sorted(known, key=lambda one: (str(one.get("seen", "")), str(one.get("place", ""))), reverse=True)
