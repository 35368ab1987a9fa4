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
Mode = Literal["fit", "fill", "pad"]
Window = list[float]
"""Left, top, width and height, as shares of the upright picture."""
WHOLE: Window = [0.0, 0.0, 1.0, 1.0]


@dataclass(frozen=True)
class Shape:
    """A size that has a shape of its own, or a crop. mode: its preset's: fit, all of the picture inside; fill, what
    stands over is cut away; pad, all of it on a sheet.

    sheet: what it shows lies on a sheet now, so does `fill` where no cut keeps the product. crop: what a person has
    decided for it, as the API takes it.
    """

    preset: str
    channel: str
    width: int
    height: int
    mode: Mode
    sheet: bool
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
    """plain: presets that show what is used of the picture in its own shape; own: those that have a person's file."""

    base: Base
    shapes: list[Shape]
    plain: list[str]
    own: list[str]

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
    own = [one.preset for one in stills if asset.curation.get(f"file:{one.preset}")]
    ours = [one for one in stills if one.preset not in own]
    base = _base(asset, ours)
    if not (ours and asset.width and asset.height and base):
        return None
    shapes, plain = [], []
    for made in ours:
        crop = asset.curation.get(f"crop:{made.preset}")
        if crop is None and _is_plain(made, asset):
            plain.append(made.preset)
        else:
            shapes.append(_shape(made, asset, crop))
    return Cards(base, shapes, plain, own)


def _shape(made: RenditionItem, asset: AssetWhole, crop: dict[str, float] | None) -> Shape:
    window = made.window or WHOLE
    sheet = not _alike(made, _ratio(asset) * window[2] / window[3])
    mode: Mode = made.mode or ("pad" if sheet else "fill")
    url = f"{made.url}&recipe={made.recipe}"  # of one version, but made anew
    about = (made.preset, made.channel, made.width, made.height)
    return Shape(*about, mode=mode, sheet=sheet, window=window, crop=crop, url=url)


def _is_plain(made: RenditionItem, asset: AssetWhole) -> bool:
    """Whether it has the shape of what is used of the picture, whatever that is. What was made before renditions said
    their mode is plain where it has that shape now."""
    return made.mode == "fit" if made.mode else _follows(made, made.window or WHOLE, asset.curation, _ratio(asset))


def _base(asset: AssetWhole, still: Iterable[RenditionItem]) -> Base | None:
    """The largest that shows all of it; where people have cropped all, the original, else the largest crop."""
    shown = [one for one in still if one.format in ("jpeg", "webp", "png") and one.width <= LOOKED_AT]
    by_size = sorted(shown, key=lambda one: one.width * one.height, reverse=True)
    whole = [one for one in by_size if one.window is None and _alike(one, _ratio(asset))]
    if whole:
        return Base(whole[0].url, WHOLE)
    if asset.original and asset.media_type in WEB_TYPES:
        return Base(asset.original, WHOLE)
    cropped = [one for one in by_size if one.window]
    return Base(f"{cropped[0].url}&recipe={cropped[0].recipe}", cropped[0].window or WHOLE) if cropped else None


def _ratio(asset: AssetWhole) -> float:
    return (asset.width or 1) / (asset.height or 1)


def _follows(made: RenditionItem, window: Window, said: Mapping[str, Any], ratio: float) -> bool:
    """Whether it shows what is used of the picture, in that shape."""
    used = said.get("crop") or {"left": 0, "top": 0, "width": 1, "height": 1}
    whole = [float(used[side]) for side in ("left", "top", "width", "height")]
    same = all(abs(one - other) < ALIKE for one, other in zip(window, whole, strict=True))
    return same and _alike(made, ratio * whole[2] / whole[3])


def _alike(made: RenditionItem, ratio: float) -> bool:
    """ratio: width by height of what it shows."""
    slack = max(ALIKE, 1.5 / min(made.width, made.height))
    return abs(made.width / made.height / ratio - 1) <= slack
