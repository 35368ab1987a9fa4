"""How a feed is written. Pure.

Google and Meta take images by *supplemental* feeds: the shop's own feed has price and stock, this one the pictures.
Shopify takes a product's images by its handle. Identifiers are told as they are: a program reads them, no
spreadsheet; an alternative text may be a stranger's, and people open such a file before they hand it over.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from runtime.csv_lines import safe
from services.catalog.feeds.fit import Fit, by_handle, by_id, everything, googles, metas, quoted
from services.catalog.feeds.goods import Goods, Picture


class Format(NamedTuple):
    """fit: what of a model's variants stands in its lines; lines: of that. heading: the first line, or nothing."""

    name: str
    about: str
    media_type: str
    ending: str
    heading: str
    fit: Callable[[Sequence[Goods]], Fit]
    lines: Callable[[Sequence[Goods]], str]
    whole: bool = False
    """Its lines count through a model's pictures: where one variant differs, all are told."""
    of_shop: bool = False
    """It needs how a shop knows each model (`goods.Shop`)."""
    says_none: bool = False
    """It can tell that nothing is given of a product any more; of others only a whole file does, by leaving it out."""
    lets_go: bool = True
    """Whoever takes it has nothing any more that the next whole file does not name."""

    def said(self, one: Goods) -> str:
        """A hash of all that is told of it."""
        return hashlib.sha256(self.lines([one]).encode()).hexdigest()[:16]


def _row(cells: Iterable[object], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def _urls(pictures: Iterable[Picture]) -> str:
    return ",".join(quoted(one.url) for one in pictures)


GOOGLE = ("id", "image_link", "additional_image_link", "lifestyle_image_link")


def _google(variants: Sequence[Goods]) -> str:
    return "".join(_row((one.sku, *map(_urls, googles(one))), "\t") for one in variants)


META = ("id", "image_link", "additional_image_link")


def _meta(variants: Sequence[Goods]) -> str:
    return "".join(_row((one.sku, *map(_urls, metas(one)[:2]))) for one in variants)


SHOPIFY = ("Handle", "Title", "Image Src", "Image Position", "Image Alt Text")


def _shopify(variants: Sequence[Goods]) -> str:
    """A product's images are those of all its variants, each once, all main pictures in their variants' order; its
    title stands in the first line."""
    each = {picture.asset: picture for one in variants for picture in one.pictures}
    shop = variants[0].shop
    return "".join(
        _row((shop.handle, shop.title if place == 1 else "", one.url, place, safe(one.alt)))
        for place, one in enumerate(each.values(), 1)
    )


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
               _row(GOOGLE, "\t"), by_id("Google", googles), _google),
        Format("meta", "Meta catalogue, supplementary feed", "text/csv", "csv", _row(META),
               by_id("Meta", metas), _meta),
        Format("shopify", "Shopify, images by product handle", "text/csv", "csv", _row(SHOPIFY), by_handle, _shopify,
               whole=True, of_shop=True, lets_go=False),
        Format("json", "one JSON object a SKU, a line each", "application/x-ndjson", "jsonl", "", everything, _json,
               says_none=True),
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
