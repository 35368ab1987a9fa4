"""Versions beside each other: what is compared of each, be it a picture, a film or the pages of a document. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.catalog.api import links
from services.catalog.api.models import AssetWhole, VersionItem

PICTURES, FILM = ("web", "thumbnail"), "web-mp4"
NOTHING_MOVES = "Of models their pictures are compared: each turns on its own."


class Side(NamedTuple):
    """One version, by URLs. pages: of a document, from page 1; film: where it was made."""

    version: int
    live: bool
    picture: str
    film: str
    pages: list[str]


def sides(asset: AssetWhole) -> list[Side]:
    """Versions that have a picture, the newest first."""
    return [made for version in asset.versions if (made := _side(asset.id, version))]


def note(asset: AssetWhole, compared: list[Side]) -> str:
    """Why not all of it is compared; empty where it is."""
    if asset.kind == "model":
        return NOTHING_MOVES
    lacking = [str(one.version) for one in compared if not one.film] if asset.kind == "video" else []
    whose = f"version{'s' if len(lacking) > 1 else ''} {' and '.join(lacking)}"
    return f"The film of {whose} is not made: beside it pictures are compared." if lacking else ""


def picture(asset: str, version: VersionItem, presets: Sequence[str] = PICTURES) -> str:
    """URL of the first of these that was made of it, or empty."""
    made = _made(version)
    return next((links.rendition(asset, preset, version.version) for preset in presets if preset in made), "")


def _made(version: VersionItem) -> dict[str, Mapping[str, Any]]:
    """Preset → rendition, of all waves."""
    waves = [one for one in version.facets if one.facet.startswith("renditions") and one.status == "done"]
    return {one["preset"]: one for wave in waves for one in wave.data.get("renditions", ())}


def _side(asset: str, version: VersionItem) -> Side | None:
    made, first = _made(version), picture(asset, version)
    if not first:
        return None

    def url(preset: str) -> str:
        return links.rendition(asset, preset, version.version)

    pages = sorted((one["page"], preset) for preset, one in made.items() if one.get("page"))
    film = url(FILM) if FILM in made else ""
    return Side(version.version, version.live, first, film, [url(preset) for _, preset in pages])
