"""The large part of an asset's page: what is shown there, and the renditions that it grows sharp by. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from services.catalog.api.models import AssetWhole, RenditionItem
from services.catalog.page.crop_cards import WEB_TYPES

SHARPER = ("web", "zoom")
"""Presets that show all of a picture, from the one that is shown at first."""
LARGEST_ORIGINAL = 32 * 1024 * 1024
"""Bytes of an original that a browser is made to load."""


class Rung(NamedTuple):
    """One size of a picture. width: in pixels."""

    url: str
    width: int


class Stage(NamedTuple):
    """width, height: of the original, 0 where they are not known; key: changes when other things are to be shown."""

    ladder: list[Rung]
    width: int
    height: int
    key: str


def stage(asset: AssetWhole) -> Stage:
    """Of the version that is shown. The ladder is empty where there is no picture."""
    made = {one.preset: one for one in asset.rendition_list}
    first = [made["thumbnail"]] if "thumbnail" in made else []
    shown = [made[preset] for preset in SHARPER if preset in made] or first
    ladder = [Rung(one.url, one.width) for one in shown]
    ladder += (Rung(url, asset.width) for url in _original(asset, shown) if asset.width > ladder[-1].width)
    whole = bool(shown) and shown[0].window is None
    size = (asset.width, asset.height) if whole else (0, 0)
    return Stage(ladder, *size, key=f"{asset.shown}-{'-'.join(sorted(one.recipe[:8] for one in made.values()))}")


def _original(asset: AssetWhole, shown: list[RenditionItem]) -> Iterator[str]:
    """Where people have cropped the renditions, or it is no picture that browsers show, there is none."""
    fits = asset.kind == "image" and asset.media_type in WEB_TYPES and asset.bytes <= LARGEST_ORIGINAL
    if fits and asset.original and asset.shown == asset.newest and shown and shown[0].window is None:
        yield asset.original
