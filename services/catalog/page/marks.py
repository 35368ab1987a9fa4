"""The place on a rejected picture that is meant, as the page draws it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.curation import APPROVAL
from services.catalog.api import links
from services.catalog.api.models import AssetWhole

LOOKED_AT = ("web", "thumbnail")
"""Presets that it is drawn on, the first that there is."""


@dataclass(frozen=True)
class Mark:
    """A rectangle on a picture, all in its pixels; `words` say where it is."""

    url: str
    size: tuple[int, int]
    left: float
    top: float
    width: float
    height: float
    words: str


def reason(asset: AssetWhole, version: int) -> str | None:
    """Why that version was rejected; None where it was not."""
    said = asset.curation.get(f"{APPROVAL}{version}")
    return str(said.get("reason", "")) if isinstance(said, Mapping) else None


def mark(asset: AssetWhole, version: int) -> Mark | None:
    """None where nothing was marked on that version, or there is no picture of it."""
    said = asset.curation.get(f"{APPROVAL}{version}")
    meant = said.get("mark") if isinstance(said, Mapping) else None
    made = _picture(asset, version)
    if not meant or made is None:
        return None
    left, top, across, down = made.get("window") or (0.0, 0.0, 1.0, 1.0)
    size = (int(made["width"]), int(made["height"]))
    return Mark(
        url=links.rendition(asset.id, made["preset"], version),
        size=size,
        left=round((meant["left"] - left) / across * size[0], 1),
        top=round((meant["top"] - top) / down * size[1], 1),
        width=round(meant["width"] / across * size[0], 1),
        height=round(meant["height"] / down * size[1], 1),
        words=f"Marked: {meant['left']:.0%} from the left, {meant['top']:.0%} from the top",
    )


def _picture(asset: AssetWhole, version: int) -> Mapping[str, Any] | None:
    facets = [one for known in asset.versions if known.version == version for one in known.facets]
    made = {one["preset"]: one for facet in facets for one in facet.data.get("renditions", ())}
    return next((made[preset] for preset in LOOKED_AT if preset in made), None)
