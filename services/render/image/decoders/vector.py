"""SVG by librsvg in libvips: drawn from a buffer, so that it has no folder, at the size of the largest output."""

import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import pyvips

from runtime.refusal import Refused
from services.render.image.completeness import unreadable
from services.render.image.decoders.opened import Opened, Shrink
from services.render.image.decoders.patience import at_most
from services.render.image.decoders.wanted import drawn_scale
from services.render.image.limits import MEGA, Header
from services.render.image.loaders import load_svg
from services.render.image.refusals import refuse_kind
from services.render.image.sniff import HEAD, sniff
from services.render.recipe import Recipe

MAX_TEXT = 32 * 2**20  # bytes of drawing: a catalogue's logo has some thousand; packed ones are unpacked up to this
MAX_PIXELS = 40 * MEGA
MAX_SIDE = 16_384
SECONDS = 2.0  # CPU of reading the text, and of drawing: an honest one takes hundredths. However large: text is cheap

# A picture that lies outside of the drawing. No mark within it, so that it stops at the next tag: linear in the text.
LINKED = re.compile(rb"""<(?:\w+:)?(?:image|feImage)\s[^<>]*?href\s*=\s*["']\s*(?!data:|#)""", re.IGNORECASE)
NOT_SHOWN = "Pictures that the drawing only links to are not shown. Embed them, and drop it again."


def open_picture(path: Path, kind: str, recipes: Sequence[Recipe]) -> Opened:
    """Open a drawing, packed with gzip or not. Raises Refused for one that is too large or none."""
    drawing = _unpacked(path) if kind == "gzip" else _bounded(path)
    try:
        with at_most(SECONDS):
            image = load_svg(drawing, _scale(load_svg(drawing), recipes))
    except pyvips.Error as error:
        raise unreadable("svg") from error

    def read(shrink: Shrink) -> pyvips.Image:
        try:
            with at_most(SECONDS):
                return shrink(image)
        except pyvips.Error as error:
            raise unreadable("svg") from error

    notes = (NOT_SHOWN,) if LINKED.search(drawing) else ()
    return Opened(Header("svg", image.width, image.height, image.bands, 1, 1), read, notes=notes)


def _scale(own: pyvips.Image, recipes: Sequence[Recipe]) -> float:
    """As large as wanted, but within bounds, whatever size the drawing itself claims."""
    wanted = drawn_scale(recipes, own.width, own.height)
    most: float = min((MAX_PIXELS / (own.width * own.height)) ** 0.5, MAX_SIDE / max(own.width, own.height))
    least = 1 / min(own.width, own.height)  # of a hair's breadth: the header's check then says that it is too long
    return float(max(min(wanted, most), least))


def _bounded(path: Path) -> bytes:
    if path.stat().st_size > MAX_TEXT:
        raise _too_long()
    return path.read_bytes()


def _unpacked(path: Path) -> bytes:
    """The drawing in a .svgz; whatever else gzip holds is refused."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        drawing = unpacking.decompress(_bounded(path), MAX_TEXT + 1)
    except zlib.error as error:
        raise unreadable("svgz") from error
    if sniff(drawing[:HEAD]).name != "svg":
        raise refuse_kind("gzip")
    if len(drawing) > MAX_TEXT:
        raise _too_long()
    if not unpacking.eof:
        raise unreadable("svgz")
    return drawing


def _too_long() -> Refused:
    return Refused(
        f"The drawing has more than {MAX_TEXT // 2**20} MB of text.", "Simplify it, or export it as PNG, and drop that."
    )
