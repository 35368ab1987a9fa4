"""A document's work in the cage: page pictures, the first of them as the cover, and the text for search."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pypdfium2

from services.render.document.pdf import PAGE_BREAK, open_page, open_pdf, refuse_if_empty, texts, title
from services.render.image.decoders.patience import at_most, patience
from services.render.image.picture import Source
from services.render.image.pipeline import prepare
from services.render.image.refusals import refuse_kind
from services.render.image.sniff import sniff_file
from services.render.recipe import Recipe
from services.render.work import describe, renditions

TEXT = "text.txt"
DRAWING_SECONDS = 2.0  # CPU, of all pages; and so much more for a page, and for a large file
SECONDS_A_PAGE = 0.05
TOO_LONG = "The pages before this one take too long to draw."


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """Render one document.

    job: as for pictures. A recipe with a `page` is made of that page and passed over where there is none; the others
    are made of page 1, the cover.
    Yields {"document": {pages, made (how many of them can be pictured), title}}, then for the cover what a picture
    yields, then the other pages' renditions, and last {"text": {file, bytes, sha256, characters}} where there is text:
    UTF-8, a form feed between pages.
    Raises Refused.
    """
    recipes = [Recipe.model_validate(fields) for fields in job["recipes"]]
    path = folder / job["input"]
    if (kind := sniff_file(path).name) != "pdf":
        raise refuse_kind(kind)
    with ExitStack() as stack:
        with at_most(patience(path)):
            pdf = stack.enter_context(open_pdf(path))
        yield {"document": {"pages": len(pdf), "made": len(pdf), "title": title(pdf)}}
        yield from _pages(path, pdf, recipes)
        text = _text(pdf, path)
    if text:
        (folder / TEXT).write_bytes(encoded := text.encode("utf-8", "replace"))
        yield {
            "text": {
                "file": TEXT,
                "bytes": len(encoded),
                "sha256": hashlib.sha256(encoded).hexdigest(),
                "characters": len(text),
            }
        }


def _pages(path: Path, pdf: pypdfium2.PdfDocument, recipes: list[Recipe]) -> Iterator[dict[str, Any]]:
    """The cover and the other pages that are wanted, as many as can be drawn within bounds."""
    by_page: dict[int, list[Recipe]] = {1: []}
    for recipe in recipes:
        by_page.setdefault(recipe.page or 1, []).append(recipe)
    left = patience(path, DRAWING_SECONDS) + SECONDS_A_PAGE * len(by_page)
    for number, wanted in sorted(by_page.items()):
        if number > len(pdf):
            return
        if left <= 0:
            yield from ({"skipped": {"recipe": r.hash, "preset": r.preset, "reason": TOO_LONG}} for r in wanted)
            continue
        before = time.process_time()
        source = prepare(path, wanted, Source(path, wanted, kind="pdf", opened=open_page(pdf, number, wanted)))
        left -= time.process_time() - before
        if number == 1:
            with at_most(patience(path)):
                refuse_if_empty(pdf)
            yield {"image": describe(source)}
        yield from _made(path, source, wanted)


def _made(path: Path, source: Source, recipes: list[Recipe]) -> Iterator[dict[str, Any]]:
    pages = {recipe.hash: recipe.page for recipe in recipes}
    for value in renditions(source, path.parent, path.stat().st_size):
        yield {**value, "page": pages[value["recipe"]]} if pages.get(value.get("recipe", "")) else value


def _text(pdf: pypdfium2.PdfDocument, path: Path) -> str:
    """All of it; empty where no page has any (scans)."""
    pages = list(texts(pdf, path))
    return PAGE_BREAK.join(pages) if any(pages) else ""
