"""How a feed is written. Pure.

Google and Meta take images by *supplemental* feeds: the shop's own feed has price and stock, this one the pictures.
Shopify takes a product's images by its handle. Identifiers are told as they are: a program reads them, no
spreadsheet; an alternative text may be a stranger's, and people open such a file before they hand it over.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from runtime.csv_lines import safe
from services.catalog.feeds.goods import Goods, Picture

MOST_FURTHER = 10
"""Additional pictures that Google and Meta take."""


class Format(NamedTuple):
    """lines: of all variants of one product model. heading: the first line, or nothing."""

    name: str
    about: str
    media_type: str
    ending: str
    heading: str
    lines: Callable[[Sequence[Goods]], str]
    whole: bool = False
    """Its lines count through a model's pictures: where one variant differs, all are told."""

    def said(self, one: Goods) -> str:
        """A hash of all that is told of it."""
        return hashlib.sha256(self.lines([one]).encode()).hexdigest()[:16]


def _row(cells: Iterable[object], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def _urls(pictures: Iterable[Picture]) -> str:
    """Several in one cell stand behind one another with commas, so a comma of their own is quoted."""
    return ",".join(one.url.replace(",", "%2C") for one in pictures)


GOOGLE = ("id", "image_link", "additional_image_link", "lifestyle_image_link")


def _google(variants: Sequence[Goods]) -> str:
    rows = []
    for one in variants:
        first, *others = one.pictures
        lifestyle = [picture for picture in others if picture.role == "lifestyle"]
        further = [picture for picture in others if picture not in lifestyle][:MOST_FURTHER]
        rows.append(_row((one.sku, first.url, _urls(further), _urls(lifestyle[:1])), "\t"))
    return "".join(rows)


META = ("id", "image_link", "additional_image_link")


def _meta(variants: Sequence[Goods]) -> str:
    return "".join(_row((one.sku, one.pictures[0].url, _urls(one.pictures[1 : MOST_FURTHER + 1]))) for one in variants)


SHOPIFY = ("Handle", "Image Src", "Image Position", "Image Alt Text")


def handle(model: str) -> str:
    """As Shopify makes one of a title: small letters, digits and single dashes."""
    plain = unicodedata.normalize("NFKD", model).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _shopify(variants: Sequence[Goods]) -> str:
    """A product's images are those of all its variants, each once, all main pictures in their variants' order."""
    each = {picture.asset: picture for one in variants for picture in one.pictures}
    name = handle(variants[0].model)
    return "".join(_row((name, one.url, place, safe(one.alt))) for place, one in enumerate(each.values(), 1))


def _json(variants: Sequence[Goods]) -> str:
    return "".join(json.dumps(told(one), ensure_ascii=False) + "\n" for one in variants)


def told(one: Goods) -> dict[str, object]:
    """As JSON has it."""
    pictures = [
        {"asset": p.asset, "version": p.version, "role": p.role, "slot": p.slot, "url": p.url, "alt": p.alt}
        for p in one.pictures
    ]
    return {"sku": one.sku, "model": one.model, "name": one.name, "gtin": one.gtin, "pictures": pictures}


FORMATS = {
    one.name: one
    for one in (
        Format("google", "Google Merchant Center, supplemental feed", "text/tab-separated-values", "tsv",
               _row(GOOGLE, "\t"), _google),
        Format("meta", "Meta catalogue, supplementary feed", "text/csv", "csv", _row(META), _meta),
        Format("shopify", "Shopify, images by product handle", "text/csv", "csv", _row(SHOPIFY), _shopify, whole=True),
        Format("json", "one JSON object a SKU, a line each", "application/x-ndjson", "jsonl", "", _json),
    )
}  # fmt: skip
"""Name → how it is written."""


def models(rows: Iterable[Goods]) -> Iterator[list[Goods]]:
    """Variants of one model together; they come behind one another."""
    held: list[Goods] = []
    for one in rows:
        if held and held[0].model != one.model:
            yield held
            held = []
        held.append(one)
    if held:
        yield held
