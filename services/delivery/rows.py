"""One record → rows. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from runtime.ranges import etag_of
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.product import MediaItem
from schemas.rendition import Rendition
from services.delivery.choose import File
from services.delivery.order import PART, WHOLE

MADE = "renditions"
"""Every facet that names files begins so."""
MAIN = "main"
ALT = "alt:"
"""Beginning of the fields of a curation that are alternative texts."""


class SlotRow(NamedTuple):
    """A row of `slot`, in the order of its columns after the SKU."""

    role: str
    position: int
    asset_id: str


def files(facet: Facet) -> list[tuple[str, File]]:
    """Name and file of all files of one facet; none of one that is not done. The name: see `schema.sql`."""
    return list(dict.fromkeys(_files(facet.data))) if facet.status == "done" else []


def _files(data: dict[str, Any]) -> Iterator[tuple[str, File]]:
    several = data.get("files") or []
    for made in map(Rendition.model_validate, data.get("renditions", [])):
        yield "", _file(made, made.key, made.sha256, made.bytes, several=bool(several))
        for one in several:
            name = one["key"].rpartition("/")[2]
            yield name, _file(made, one["key"], one.get("sha256", ""), one["bytes"], several=True)


def _file(made: Rendition, key: str, sha256: str, size: int, *, several: bool) -> File:
    etag = etag_of(sha256, key)
    still = not several and made.frames is None and made.seconds is None and made.width > 0
    shows = (WHOLE if made.faithful else PART) if still else ""
    return File(made.preset, made.channel, made.format, key, etag, size, made.width, made.height, several, shows)


def measured(facet: Facet) -> tuple[int, int, bool]:
    """Width and height of the upright original, and whether a person's point holds for this version."""
    data = facet.data if facet.status == "done" else {}
    return data.get("width", 0), data.get("height", 0), "focal" in data.get("framed", ())


def middle(facet: Facet) -> tuple[float | None, float | None]:
    """Of the product, as shares of the upright original, where its background is plain."""
    match facet.data.get("product") if facet.status == "done" else None:
        case [int() | float() as left, int() | float() as top, int() | float() as across, int() | float() as down]:
            return _share(left + across / 2), _share(top + down / 2)
    return None, None


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def original(facet: Facet) -> tuple[str, str, int]:
    """Content hash, media type and bytes of a `file` facet."""
    data = FileFacet.model_validate(facet.data)
    return data.sha256 or "", data.media_type, data.bytes


def focal(facet: Facet) -> tuple[float | None, float | None]:
    """The point of a `curation` facet, as shares; what is none counts as not said."""
    told = facet.data.get("fields", {}).get("focal")
    match told:
        case {"x": int() | float() as x, "y": int() | float() as y} if 0 <= x <= 1 and 0 <= y <= 1:
            return float(x), float(y)
    return None, None


def alts(facet: Facet) -> dict[str, str]:
    """Language → alternative text of a `curation` facet."""
    fields = facet.data.get("fields", {})
    return {name.removeprefix(ALT): text for name, text in fields.items() if name.startswith(ALT) and _said(text)}


def _said(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def slots(items: Sequence[MediaItem], main: str | None) -> list[SlotRow]:
    """In the order that a shop shows them; `main` is whatever leads, under its own role too."""
    found = [SlotRow(item.role, at, item.asset_id) for at, item in enumerate(items)]
    lead = next((slot for slot in found if slot.asset_id == main), None)
    if lead and lead.role != MAIN:
        found.append(SlotRow(MAIN, lead.position, lead.asset_id))
    return found
