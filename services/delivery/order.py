"""What a size is made of, and what it is called. Pure.

It is made of the preset's own picture, so that what a person cropped, set or pointed at holds. Where that shows all of
the original, another that does so may stand for it, or the original itself: the smallest that is large enough, for it
is decoded soonest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from runtime.recipes import recipe_hash, size_key
from services.delivery.choose import File, Wish, alike, chosen, family, takes
from services.delivery.size import Size

ENGINE = 2
"""Raised by hand when the work or its libraries change what comes out: everything is then made again."""
ENOUGH = 2.0
"""So many times as large as what is made of it must a file be, or a larger one or the original is taken: what was
compressed once and is hardly made smaller shows it (docs/decisions/0011)."""
PLAIN = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/tiff")
"""Originals that libvips opens by itself; of others the largest picture that was made must do."""
HEAVIEST = 100_000_000
"""Bytes of an original that is fetched while somebody waits."""
OPAQUE = "image/jpeg"
EXTENSIONS = {"jpeg": "jpg", "webp": "webp", "avif": "avif", "png": "png"}
QUALITY = {"jpeg": 82, "webp": 80, "avif": 58, "png": 0}
"""Where none is asked for. These look alike; PNG loses nothing."""
SOURCES = ("jpeg", "webp", "png")
"""Formats of ours that others are made of, the soonest decoded first."""
WHOLE, PART = "whole", "part"
"""What a still picture shows: all of the original and nothing else, or what its preset wants."""


class Focal(NamedTuple):
    """A point, as shares of the upright picture."""

    x: float
    y: float


@dataclass(frozen=True)
class Basis:
    """What the view knows of a version. media_type, bytes: of the original; width, height: upright, 0: not known.

    focal: a person's point; product: the middle of the product, where it stands on a plain background.
    """

    sha256: str = ""
    media_type: str = ""
    bytes: int = 0
    width: int = 0
    height: int = 0
    focal: Focal | None = None
    product: Focal | None = None


class Source(NamedTuple):
    """What is opened: the original (then `instead`, where the cage finds it is none for us), or a file of ours."""

    key: str
    bytes: int
    instead: File | None = None


@dataclass(frozen=True)
class Order:
    """A size to be made. key: where it will lie; files: name in the cage → what lies there; job: the cage's."""

    key: str
    format: str
    files: dict[str, Source]
    job: dict[str, Any]


def order(files: Sequence[File], preset: str, size: Size, format: str, basis: Basis) -> Order | None:
    """None where the preset has no still picture of this version."""
    base = _base(files, preset)
    if base is None:
        return None
    source = _source([file for file in files if _stands_for(file, base)], size, format, basis)
    points = base.shows == WHOLE and size.fit == "fill" and size.gravity == "auto"
    focal = basis.focal or basis.product if points else None
    job = _job(size, format, focal)
    content = base.key.split("/")[1]
    fields = {"engine": ENGINE, "of": _stem(source.key), "instead": _stem(source.instead.key) if source.instead else ""}
    made = size_key(content, recipe_hash({**fields, **job}), EXTENSIONS[format])
    opened = {"input": source}
    if source.instead:
        opened["instead"] = Source(source.instead.key, source.instead.bytes)
    return Order(made, format, opened, job)


def format_of(ending: str, accept: str) -> str:
    """As it was asked for; else WebP for who takes it, and JPEG. AVIF takes long: it is made where it is named."""
    if ending:
        return "jpeg" if ending == "jpg" else ending
    return "webp" if takes(accept, "webp") else "jpeg"


def _base(files: Sequence[File], preset: str) -> File | None:
    still = [file for file in files if file.shows and file.format in SOURCES and file.preset in family(preset)]
    exact = [file for file in still if file.preset == preset]
    return chosen(exact or still, Wish(preset, "", "image/webp"))


def _stands_for(file: File, base: File) -> bool:
    """Of the same content, and of the same picture."""
    if not file.shows or file.format not in SOURCES or file.key.split("/")[1] != base.key.split("/")[1]:
        return False
    if base.shows == WHOLE:
        return file.shows == WHOLE
    return file.preset in family(base.preset) and alike(file, base)


def _source(able: Sequence[File], size: Size, format: str, basis: Basis) -> Source:
    """able: not empty."""
    clear = format != "jpeg" and size.fit != "pad" and basis.media_type != OPAQUE
    kept = [file for file in able if file.format != "jpeg"] if clear else []  # a JPEG has lost what was transparent
    largest = max(kept or able, key=lambda file: (file.width, -SOURCES.index(file.format)))
    enough = [file for file in kept or able if _large_enough(file, size, basis)]
    lost = clear and not kept
    if enough and not (lost and _opened(largest, basis)):
        best = min(enough, key=lambda file: (file.width, SOURCES.index(file.format), file.key))
        return Source(best.key, best.bytes)
    if _opened(largest, basis) and (lost or basis.width > largest.width):
        return Source(f"originals/{basis.sha256}", basis.bytes, largest)
    return Source(largest.key, largest.bytes)


def _large_enough(file: File, size: Size, basis: Basis) -> bool:
    """Or as large as the original: nothing is enlarged, and nothing is got by more bytes of the same pixels."""
    if basis.width and file.width >= basis.width:
        return True
    scales = [side / own for side, own in zip(size.box, (file.width, file.height), strict=True) if side]
    return (max(scales) if size.fit == "fill" else min(scales)) * ENOUGH <= 1


def _opened(file: File, basis: Basis) -> bool:
    """Whether the original of these files can be opened: theirs may be one that a person set, or a camera's JPEG."""
    own = file.shows == WHOLE and file.key.split("/")[1] == basis.sha256
    return own and basis.media_type in PLAIN and 0 < basis.bytes <= HEAVIEST


def _job(size: Size, format: str, focal: Focal | None) -> dict[str, Any]:
    """All that the bytes depend on beside what is opened. A free side is unlimited."""
    width, height = size.box
    return {
        "width": width,
        "height": height,
        "fit": size.fit,
        "gravity": size.gravity if size.fit == "fill" else "",
        "focal": [round(share, 6) for share in focal] if focal and all(map(math.isfinite, focal)) else None,
        "background": size.background if size.fit == "pad" else "",
        "format": format,
        "quality": size.quality or QUALITY[format] if format != "png" else 0,
    }


def _stem(key: str) -> str:
    """Recipe of a file of ours; the original is the content itself."""
    return "original" if key.startswith("originals/") else key.split("/")[2].partition(".")[0]
