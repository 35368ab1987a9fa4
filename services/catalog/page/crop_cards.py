"""What the crop view shows: all shapes that are made of a picture, each with the part of it that is seen. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from services.catalog.api.models import AssetWhole, RenditionItem

ALIKE = 0.02
"""Two shapes are one where width by height differs by less than this share: pixels are whole."""
LOOKED_AT = 2048
"""The base picture need not be larger."""
WEB_TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif")
STILL = ("jpeg", "webp", "avif", "png", "gif", "tiff")
Mode = Literal["fill", "pad"]
Window = list[float]
"""Left, top, width and height, as shares of the upright picture."""
WHOLE: Window = [0.0, 0.0, 1.0, 1.0]


@dataclass(frozen=True)
class Shape:
    """A size of another shape than its picture's. mode: fill, what stands over is cut away; pad, a sheet around it.

    crop: what a person has decided for it, as the API takes it.
    """

    preset: str
    channel: str
    width: int
    height: int
    mode: Mode
    window: Window
    crop: dict[str, float] | None
    url: str


@dataclass(frozen=True)
class Base:
    """What is looked at and marked: a picture, and the part of the original that it is."""

    url: str
    part: Window


@dataclass(frozen=True)
class Cards:
    """plain: presets that show what is used of the picture in its own shape."""

    base: Base
    shapes: list[Shape]
    plain: list[str]

    def told(self, asset: AssetWhole) -> dict[str, Any]:
        """What the page's script works on."""
        said = {"focal": asset.curation.get("focal"), "crop": asset.curation.get("crop")}
        about = {"id": asset.id, "version": asset.shown, "width": asset.width, "height": asset.height}
        shapes = [{name: value for name, value in asdict(one).items() if name != "url"} for one in self.shapes]
        return {**about, **said, "part": self.base.part, "shapes": shapes}


def still(made: RenditionItem) -> bool:
    """Whether it is a picture that is cut from the asset: no page of a document, nothing that moves or turns."""
    return made.format in STILL and made.page is None


def cards(asset: AssetWhole) -> Cards | None:
    """None where no picture was made of it, or it has pages: what is cut is cut from pictures."""
    stills = [one for one in asset.rendition_list if still(one)]
    base = _base(asset, stills)
    if not (stills and asset.width and asset.height and base):
        return None
    shapes, plain = [], []
    for made in stills:
        crop = asset.curation.get(f"crop:{made.preset}")
        window = made.window or WHOLE
        mode = _mode(made, asset.width * window[2] / (asset.height * window[3]))
        if crop is None and _follows(made, window, asset.curation, asset.width / asset.height):
            plain.append(made.preset)
            continue
        url = f"{made.url}&recipe={made.recipe}"  # of one version, but made anew
        about = (made.preset, made.channel, made.width, made.height)
        shapes.append(Shape(*about, mode=mode, window=window, crop=crop, url=url))
    return Cards(base, shapes, plain)


def _base(asset: AssetWhole, still: Iterable[RenditionItem]) -> Base | None:
    """The largest that shows all of it; where people have cropped all, the original, else the largest crop."""
    shown = [one for one in still if one.format in ("jpeg", "webp", "png") and one.width <= LOOKED_AT]
    by_size = sorted(shown, key=lambda one: one.width * one.height, reverse=True)
    whole = [one for one in by_size if one.window is None and _mode(one, _ratio(asset)) == "fill"]
    if whole:
        return Base(whole[0].url, WHOLE)
    if asset.original and asset.media_type in WEB_TYPES:
        return Base(asset.original, WHOLE)
    cropped = [one for one in by_size if one.window]
    return Base(f"{cropped[0].url}&recipe={cropped[0].recipe}", cropped[0].window or WHOLE) if cropped else None


def _ratio(asset: AssetWhole) -> float:
    return (asset.width or 1) / (asset.height or 1)


def _mode(made: RenditionItem, ratio: float) -> Mode:
    """ratio: width by height of what it shows."""
    return "fill" if _alike(made, ratio) else "pad"


def _follows(made: RenditionItem, window: Window, said: Mapping[str, Any], ratio: float) -> bool:
    """Whether it shows what is used of the picture, in that shape."""
    used = said.get("crop") or {"left": 0, "top": 0, "width": 1, "height": 1}
    whole = [float(used[side]) for side in ("left", "top", "width", "height")]
    same = all(abs(one - other) < ALIKE for one, other in zip(window, whole, strict=True))
    return same and _alike(made, ratio * whole[2] / whole[3])


def _alike(made: RenditionItem, ratio: float) -> bool:
    slack = max(ALIKE, 1.5 / min(made.width, made.height))
    return abs(made.width / made.height / ratio - 1) <= slack
