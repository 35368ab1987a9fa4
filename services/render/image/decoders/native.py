"""What libvips decodes by itself: JPEG, PNG, WebP, GIF, TIFF. It streams: none lies in memory as a whole."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyvips

from services.render.image.completeness import forget_warnings, refuse_if_cut, strictness_for, unreadable, warnings
from services.render.image.decoders.film import film
from services.render.image.decoders.opened import Opened, Shrink
from services.render.image.limits import dpi, profile, read_header
from services.render.image.loaders import FailOn, load
from services.render.recipe import Recipe

SMALLER = ("jpeg", "webp")  # can be decoded smaller; a WebP of 100 megapixels has to be, or it takes 0.8 GB
JPEG_TIMES = (8, 4, 2)
APP13 = b"Photoshop 3.0\0"


def open_picture(path: Path, kind: str, _recipes: Sequence[Recipe]) -> Opened:
    """Open by libvips' loader of that name. Raises Refused for bytes that only begin like it."""
    found = opened(path, kind, kind)
    if kind not in SMALLER or found.header.frames > 1:
        return found
    return replace(found, coarse=lambda shrink, most: _read(path, kind, shrink, _times(kind, most)))


def _times(kind: str, most: float) -> float:
    return most if kind == "webp" else next((times for times in JPEG_TIMES if times <= most), 1)


def opened(path: Path, kind: str, called: str, *, page: int = 0) -> Opened:
    """The same for a file that we made of another format; `called` is what the photographer knows it as.

    page: of a TIFF, which of its pictures, counted from 0.
    """
    try:
        image = load(path, kind, page=page)
    except pyvips.Error as error:
        raise unreadable(called) from error
    header = read_header(image, called)
    return Opened(
        header=header,
        read=lambda shrink: _read(path, kind, shrink, page=page),
        profile=profile(image),
        animation=film(path, kind, image) if header.frames > 1 and kind in ("gif", "webp") else None,
        photoshop=_photoshop(image),
        dpi=dpi(image),
    )


def _photoshop(image: pyvips.Image) -> bytes | None:
    """Photoshop's blocks: a TIFF's tag 34377, or a JPEG's APP13, which libvips calls by the IPTC that is in it."""
    if image.get_typeof("photoshop-data"):
        return bytes(image.get("photoshop-data"))
    found = bytes(image.get("iptc-data")) if image.get_typeof("iptc-data") else b""
    return found.removeprefix(APP13) if found.startswith(APP13) else None


def _read(path: Path, kind: str, shrink: Shrink, times: float = 1, page: int = 0) -> pyvips.Image:
    """All of it, or Refused; once more and less strictly where the fault is known to be harmless."""
    forget_warnings()
    try:
        made = _decode(path, kind, "truncated", shrink, times, page)
        said = warnings()
    except pyvips.Error as error:
        fail_on = strictness_for(path, kind, error)
        try:
            return _decode(path, kind, fail_on, shrink, times, page)
        except pyvips.Error:
            raise error from None
    refuse_if_cut(path, kind, made, said)
    return made


def _decode(path: Path, kind: str, fail_on: FailOn, shrink: Shrink, times: float, page: int) -> pyvips.Image:
    image = load(path, kind, fail_on=fail_on, times=times, page=page)
    # Float and complex pixels and odd interpretations come from scientific files; show what can be shown.
    return shrink(image.cast("uchar") if image.format in ("complex", "dpcomplex", "char") else image)
