"""One record → rows. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from schemas.facet import Facet, Rendition
from schemas.product import MediaItem

MADE = "renditions"
"""Every facet that names files begins so."""
MAIN = "main"


class FileRow(NamedTuple):
    """A row of `file`, in the order of its columns after (asset_id, version, facet)."""

    preset: str
    name: str
    channel: str
    format: str
    key: str
    etag: str
    bytes: int
    width: int
    height: int
    several: bool


class SlotRow(NamedTuple):
    """A row of `slot`, in the order of its columns after the SKU."""

    role: str
    position: int
    asset_id: str


def etag_of(sha256: str, key: str) -> str:
    """Strong: a rendition's key names content and recipe, and is never written with other bytes."""
    return sha256 or key.removeprefix("renditions/").replace("/", "-")


def files(facet: Facet) -> list[FileRow]:
    """All files of one facet; none of one that is not done."""
    return list(dict.fromkeys(_files(facet.data))) if facet.status == "done" else []


def _files(data: dict[str, Any]) -> Iterator[FileRow]:
    several = data.get("files") or []
    for found in map(Rendition.model_validate, data.get("renditions", [])):
        first = _row(found, "", found.key, found.sha256, found.bytes, bool(several))
        yield first
        for one in several:
            name = one["key"].rpartition("/")[2]
            yield _row(found, name, one["key"], one.get("sha256", ""), one["bytes"], True)


def _row(found: Rendition, name: str, key: str, sha256: str, size: int, several: bool) -> FileRow:
    etag = etag_of(sha256, key)
    return FileRow(found.preset, name, found.channel, found.format, key, etag, size, found.width, found.height, several)


def slots(items: Sequence[MediaItem], main: str | None) -> list[SlotRow]:
    """In the order that a shop shows them; `main` is whatever leads, under its own role too."""
    found = [SlotRow(item.role, at, item.asset_id) for at, item in enumerate(items)]
    lead = next((slot for slot in found if slot.asset_id == main), None)
    if lead and lead.role != MAIN:
        found.append(SlotRow(MAIN, lead.position, lead.asset_id))
    return found
