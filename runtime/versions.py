"""The listing of an object's versions, read by us: the client lists delete markers after all versions, and with
times in whole seconds nobody could tell what came first. The answer itself is in order, newest first."""

from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote_plus
from xml.etree import ElementTree

from runtime.objects import ObjectInfo


class Page(NamedTuple):
    """One answer; `after` continues it (query parameters), empty at the end."""

    found: list[ObjectInfo]
    after: dict[str, str]


def query(prefix: str, after: dict[str, str]) -> dict[str, str | list[str] | tuple[str]]:
    """Query parameters of the next page."""
    return {"versions": "", "prefix": prefix, "encoding-type": "url", "max-keys": "1000", **after}


def parse(body: bytes) -> Page:
    """Raises ParseError for what is no XML."""
    root = ElementTree.fromstring(body)  # noqa: S314 - of our own store, signed request
    space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""

    def text(element: ElementTree.Element, name: str) -> str:
        return element.findtext(f"{space}{name}") or ""

    encoded = text(root, "EncodingType") == "url"

    def name(value: str) -> str:
        return unquote_plus(value) if encoded else value

    found = [
        ObjectInfo(
            name(text(item, "Key")),
            int(text(item, "Size") or 0),
            text(item, "ETag").strip('"'),
            datetime.fromisoformat(text(item, "LastModified")),
            text(item, "VersionId"),
            item.tag == f"{space}DeleteMarker",
        )
        for item in root
        if item.tag in (f"{space}Version", f"{space}DeleteMarker")
    ]
    if text(root, "IsTruncated") != "true":
        return Page(found, {})
    markers = {"key-marker": name(text(root, "NextKeyMarker")), "version-id-marker": text(root, "NextVersionIdMarker")}
    return Page(found, {key: value for key, value in markers.items() if value})
