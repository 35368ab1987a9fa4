"""Small drawings and documents that ask for hours of work, or for all memory there is."""

import base64
import zlib
from collections.abc import Callable

import pyvips

from tests.fakes.files import pdf

BOX = b"/BBox[0 0 200 300]"
FORM = b"/Type/XObject/Subtype/Form" + BOX
USES = b"/Resources<</XObject<</X %d 0 R>>>>"
FILL = b"0 0 200 300 re f "


def drawing(inside: str) -> bytes:
    """An SVG of 20 x 10."""
    return f"<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'>{inside}</svg>".encode()


def uses() -> bytes:
    """Each group uses the one before ten times; the first is blurred."""
    groups = "".join(f"<g id='u{n}'>" + f"<use href='#u{n - 1}'/>" * 10 + "</g>" for n in range(1, 8))
    blur = "<filter id='f'><feGaussianBlur stdDeviation='30'/></filter>"
    first = "<g id='u0'><rect width='9' height='9' filter='url(#f)'/></g>"
    return drawing(f"<defs>{blur}{first}{groups}</defs><use href='#u7'/>")


def elements() -> bytes:
    """A million of them."""
    return drawing("<rect width='9' height='9'/>" * 1_000_000)


def pictures() -> bytes:
    """Three pictures of 144 megapixels inside."""
    large = pyvips.Image.black(12_000, 12_000, bands=3).copy(interpretation="srgb").jpegsave_buffer()
    address = f"data:image/jpeg;base64,{base64.b64encode(large).decode()}"
    return drawing(f"<image width='20' height='10' href='{address}'/>" * 3)


def stream(content: bytes, words: bytes) -> bytes:
    """A PDF object that is packed."""
    return packed(zlib.compress(content, 9), words)


def packed(body: bytes, words: bytes) -> bytes:
    """The same of bytes that are packed already."""
    return b"<</Filter/FlateDecode/Length %d" % len(body) + words + b">>stream\n" + body + b"\nendstream"


def page(content: bytes, *objects: bytes) -> bytes:
    """A page that draws with /X, which is the first of the objects, number 6."""
    return pdf([content], more=objects).replace(b"/Resources<<", b"/Resources<</XObject<</X 6 0 R>>", 1)


def forms() -> bytes:
    """Each form draws the next one ten times."""
    levels = [stream(b"/X Do " * 10, FORM + USES % (7 + n)) for n in range(8)]
    return page(b"/X Do", *levels, stream(FILL * 100, FORM))


def image(side: int = 15_000) -> bytes:
    """225 megapixels in some hundred kilobytes."""
    packing, rows = zlib.compressobj(9), bytes(3 * side * 50)
    body = b"".join(packing.compress(rows) for _ in range(side // 50)) + packing.flush()
    words = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB" % (side, side)
    return page(b"q 200 0 0 300 0 0 cm /X Do Q", packed(body, words))


def swelling() -> bytes:
    """100 MB of drawing in a page of 300 kB."""
    return pdf([FILL * 6_000_000])


def pages() -> bytes:
    """Fifty, none of them quick."""
    return pdf([FILL * 60_000] * 50)


TRAPS: dict[str, Callable[[], bytes]] = {
    make.__name__: make for make in (uses, elements, pictures, forms, image, swelling, pages)
}
