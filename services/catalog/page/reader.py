"""A document page by page: the picture of one, its text, and where words stand in all of them. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from typing import Any, NamedTuple

from services.catalog.api.models import AssetWhole, RenditionItem

MOST_HITS = 100
"""Places that are listed; all are counted."""
MOST_MARKED = 1000
"""Places that are marked in the text of a page; all are counted."""
AROUND = 60
"""Characters of text on either side of a place."""
LINE_END = "\n"
PAGE_BREAK = "\f"
"""Between two pages of the text that render has taken out."""


Box = list[float]
"""Left, top, width and height, as shares of the picture of its page."""


class Hit(NamedTuple):
    """A place where the words stand: its page, from 1, and the text with what is around it."""

    page: int
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Reader:
    """What is shown of a document. picture: of page `number`, None where none was made of it.

    text: of that page, empty where it has none; None where the document has none at all. recognised: it was read in the
    picture of the first page, for a scan has no text of its own.
    """

    pages: int
    made: int
    number: int
    picture: RenditionItem | None
    text: str | None
    find: str = ""
    hits: list[Hit] = field(default_factory=list)
    found: int = 0
    here: int = 0
    """Places on this page."""
    parts: list[tuple[str, bool]] = field(default_factory=list)
    """The page's text in pieces, each with whether it is one of the words that are looked for."""
    recognised: bool = False
    marks: list[Box] = field(default_factory=list)
    """Lines of the page's picture in which the words stand. Of a document's own text nobody knows the place."""


def is_document(asset: AssetWhole) -> bool:
    """Whether there are pictures of its pages."""
    return any(made.page for made in asset.rendition_list)


def text_key(asset: AssetWhole) -> str | None:
    """Where the text of the version that is shown lies in the library; None: there is none."""
    facets = (facet for one in asset.versions if one.version == asset.shown for facet in one.facets)
    return next((facet.data.get("text") for facet in facets if facet.facet == "renditions"), None)


def read(asset: AssetWhole, text: str | None, number: int | None = None, find: str = "") -> Reader | None:
    """Page `number` of it, the nearest that there is; without a number the first that has what is looked for, else 1.

    None of what has no pages. text: its own, of all pages, or None: then what was recognised on the first. Megabytes of
    text take tenths of a second: not for the loop.
    """
    pictures = {made.page: made for made in asset.rendition_list if made.page}
    if not pictures:
        return None
    lines = asset.text if text is None else []
    texts = [_joined(lines)] if lines else None if text is None else text.split(PAGE_BREAK)
    known = int(asset.facts.get("document", {}).get("pages") or 0)
    pages = max(known, *(page for page in pictures if page), len(texts or ()))
    find = " ".join(find.split())
    hits = list(islice(_hits(texts or [], find), MOST_HITS))
    found = sum(1 for one in texts or () for _ in _places(find, one))
    number = min(max(number or (hits[0].page if hits else 1), 1), pages)
    shown = None if texts is None else texts[number - 1] if number <= len(texts) else ""
    here = sum(1 for _ in _places(find, shown or ""))
    parts = _parts(shown or "", find)
    marks = _marks(lines, find) if number == 1 else []
    picture = pictures.get(number)
    return Reader(pages, len(pictures), number, picture, shown, find, hits, found, here, parts, bool(lines), marks)


def _joined(lines: Sequence[Mapping[str, Any]]) -> str:
    return LINE_END.join(one["text"] for one in lines)


def _marks(lines: Sequence[Mapping[str, Any]], find: str) -> list[Box]:
    """Places of the lines that have some of the words; they may go on in the next one."""
    ends = list(accumulate(len(one["text"]) + len(LINE_END) for one in lines))
    spans = [match.span() for match in _places(find, _joined(lines))]
    starts = [0, *ends]
    return [
        one["box"]
        for one, start, end in zip(lines, starts, ends, strict=False)
        if one.get("box") and any(first < end and start < last for first, last in spans)
    ]


def _hits(texts: Sequence[str], find: str) -> Iterator[Hit]:
    for number, text in enumerate(texts, 1):
        for match in _places(find, text):
            start, end = match.span()
            before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
            yield Hit(number, _line(before), _line(match[0]), _line(after))


def _parts(text: str, find: str) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    at = 0
    for match in islice(_places(find, text), MOST_MARKED):
        parts += [(text[at : match.start()], False), (match[0], True)]
        at = match.end()
    return [part for part in (*parts, (text[at:], False)) if part[0]]


def _places(find: str, text: str) -> Iterator[re.Match[str]]:
    """Capitals do not matter, nor where a line ends."""
    words = find.split()
    return re.finditer(r"\s+".join(map(re.escape, words)), text, re.IGNORECASE) if words else iter(())


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
