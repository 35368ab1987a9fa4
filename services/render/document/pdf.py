"""A PDF by pdfium (pypdfium2): pages as pictures, and their text. The build has no JavaScript and no XFA: nothing runs.

AI files with PDF inside are PDFs to us.
"""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pyvips

from runtime.refusal import Refused
from services.render.image.decoders.memory import from_memory
from services.render.image.decoders.opened import Opened, Shrink
from services.render.image.decoders.patience import at_most, patience
from services.render.image.decoders.wanted import drawn_scale
from services.render.image.limits import MEGA, Header
from services.render.recipe import Recipe

MAX_PIXELS = 25 * MEGA  # of a page
MAX_SIDE = 16_384
TEXT_SECONDS = 1.0  # CPU, and more for a large file: then what was read by then is the text
MAX_PAGES = 20_000  # whose text is read
MAX_TEXT = 8 * MEGA  # characters in sum
MAX_TITLE = 500
PAGE_BREAK = "\f"  # so that a word found in the text has a page number
PASSWORD = 4  # pdfium's error code
NO_PDF_INSIDE = "saved without PDF Content"  # what Illustrator writes on the page instead of the drawing
PRINT_AGAIN = "Open it in a viewer, print it to PDF, and drop that."


@contextmanager
def open_pdf(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """Open a document. Raises Refused for what is damaged, protected, or has no page."""
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == PASSWORD:
            raise Refused("The PDF is protected by a password.", "Save it without one and drop it again.") from error
        raise Refused("The file begins like a PDF, but it cannot be read.", PRINT_AGAIN) from error
    try:
        if len(pdf) == 0:
            raise Refused("The PDF has no pages.", PRINT_AGAIN)
        if pdf.get_formtype():
            pdf.init_forms()  # or what was filled in is not drawn
        yield pdf
    finally:
        pdf.close()


def title(pdf: pypdfium2.PdfDocument) -> str:
    """What the document calls itself; often nothing."""
    said: str = pdf.get_metadata_value("Title")
    return said.strip()[:MAX_TITLE]


def open_page(pdf: pypdfium2.PdfDocument, number: int, recipes: Sequence[Recipe]) -> Opened:
    """Page `number`, counted from 1, as a picture as large as the largest of the recipes wants. Raises Refused."""
    across, down = _size(pdf, number)
    if not (across > 0 and down > 0 and math.isfinite(across * down)):
        raise Refused(f"Page {number} of the PDF has no size.", PRINT_AGAIN)
    scale = min(drawn_scale(recipes, across, down), (MAX_PIXELS / (across * down)) ** 0.5, MAX_SIDE / max(across, down))

    def read(shrink: Shrink) -> pyvips.Image:
        page = _page(pdf, number)
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True, fill_color=(255, 255, 255, 255))
        image = from_memory(bitmap.buffer, bitmap.width, bitmap.height, 4).extract_band(0, n=3)
        made = shrink(image.copy(interpretation="srgb"))
        bitmap.close()
        page.close()
        return made

    # As pdfium rounds. One page is one picture, however many there are: the bound on frames is not theirs.
    header = Header("pdf", math.ceil(across * scale), math.ceil(down * scale), 3, 1, 1)
    return Opened(header, read)


def _size(pdf: pypdfium2.PdfDocument, number: int) -> tuple[float, float]:
    """In points, turned as the page says; what is drawn on it is not looked at yet."""
    try:
        across, down = pdf.get_page_size(number - 1)
    except pypdfium2.PdfiumError as error:
        raise _no_page(number) from error
    return float(across), float(down)


def _page(pdf: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    try:
        return pdf[number - 1]
    except pypdfium2.PdfiumError as error:
        raise _no_page(number) from error


def _no_page(number: int) -> Refused:
    return Refused(f"Page {number} of the PDF cannot be read.", PRINT_AGAIN)


def refuse_if_empty(pdf: pypdfium2.PdfDocument) -> None:
    """Raise Refused for an AI file whose only page says that there is no drawing in it."""
    if NO_PDF_INSIDE in " ".join(_text(pdf, 0).split()):
        raise Refused(
            "The Illustrator file was saved without PDF content, so only Illustrator can show it.",
            "Save it with 'Create PDF Compatible File', or export it as PDF, PNG or SVG.",
        )


def texts(pdf: pypdfium2.PdfDocument, path: Path) -> Iterator[str]:
    """The text of each page, in reading order as far as the file tells; a page that cannot be read has none.

    As many pages as their number, their text and the time that it takes allow.
    """
    left, until = MAX_TEXT, time.process_time() + patience(path, TEXT_SECONDS)
    for number in range(min(len(pdf), MAX_PAGES)):
        with at_most(patience(path)):
            text = _text(pdf, number)[:left]
        yield text
        left -= len(text)
        if left <= 0 or time.process_time() > until:
            return


def _text(pdf: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = pdf[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    text: str = text_page.get_text_bounded(errors="ignore")
    text_page.close()
    page.close()
    return text.replace("\r\n", "\n").replace("\x00", "").replace(PAGE_BREAK, " ").strip()
