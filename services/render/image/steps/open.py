"""Open: what is it, and do we take it? Only the header is read."""

from services.render.image.decoders import open_picture
from services.render.image.limits import check_header
from services.render.image.picture import Source
from services.render.image.sniff import sniff_file


def open_source(source: Source) -> None:
    """Sniff the bytes and open them with the decoder of that format; refuses what has none.

    A source that was opened already (a page of a document) keeps what it is.
    """
    if source.opened is None:
        source.kind = sniff_file(source.path).name
        source.opened = open_picture(source.path, source.kind, source.recipes)
    source.header = source.opened.header
    source.profile = source.opened.profile


def check(source: Source) -> None:
    """Bounds on what the header claims, before a pixel is decoded."""
    check_header(source.checked, source.path.stat().st_size)
    turned = source.checked.orientation >= 5
    size = source.checked.width, source.checked.height
    source.width, source.height = size[::-1] if turned else size
