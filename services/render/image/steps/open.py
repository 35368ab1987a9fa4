"""Open: what is it, and do we take it? Only the header is read."""

import pyvips

from services.render.image.completeness import unreadable
from services.render.image.limits import check_header, profile, read_header
from services.render.image.loaders import LOADERS, load
from services.render.image.picture import Source
from services.render.image.refusals import refuse_kind
from services.render.image.sniff import HEAD, sniff


def open_source(source: Source) -> None:
    """Sniff the bytes and open them with the loader of that format; refuses what is not rendered yet."""
    with source.path.open("rb") as file:
        kind = sniff(file.read(HEAD))
    if kind.name not in LOADERS:
        raise refuse_kind(kind.name)
    source.kind = kind.name
    try:
        image = load(source.path, source.kind)
    except pyvips.Error as error:
        raise unreadable(kind.name) from error
    if image.get_typeof("heif-compression") and image.get("heif-compression") != "av1":
        raise refuse_kind("heic")
    source.header = read_header(image, source.kind)
    source.profile = profile(image)
    source.image = image


def check(source: Source) -> None:
    """Bounds on what the header claims, before a pixel is decoded."""
    check_header(source.pixels, source.checked, source.path.stat().st_size)
    turned = source.checked.orientation >= 5
    size = source.checked.width, source.checked.height
    source.width, source.height = size[::-1] if turned else size
