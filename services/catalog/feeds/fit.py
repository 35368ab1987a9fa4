"""What of a product model's variants stands in the lines of a feed, and what stays behind and why. Pure.

Only this is recorded as given: what a vendor has no column for, or would refuse, is with nobody.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from runtime.csv_lines import safe
from services.catalog.feeds.goods import Goods, Picture

MOST_FURTHER = 10
"""Additional pictures that Google and Meta take."""
MOST_CELL = 2000
"""Characters of all addresses of further pictures that Meta takes."""
MOST_OF_MODEL = 250
"""Media that Shopify takes of a product."""
MOST_ID = {"Google": 50, "Meta": 100}
MOST_TITLE = 255


class Fit(NamedTuple):
    """Variants with the pictures that stand there; and a line for each that stays behind whole."""

    goods: list[Goods]
    notes: list[str]


class Columns(NamedTuple):
    """Of one product: the main picture, further ones, and one in use."""

    main: tuple[Picture, ...]
    further: tuple[Picture, ...]
    lifestyle: tuple[Picture, ...] = ()


def everything(variants: Sequence[Goods]) -> Fit:
    """All of it."""
    return Fit(list(variants), [])


def googles(one: Goods) -> Columns:
    """The first in use has a column of its own; others are further pictures."""
    main, *others = one.pictures
    lifestyle = next((picture for picture in others if picture.role == "lifestyle"), None)
    further = [picture for picture in others if picture is not lifestyle][:MOST_FURTHER]
    return Columns((main,), tuple(further), (lifestyle,) if lifestyle else ())


def metas(one: Goods) -> Columns:
    """As many as one cell takes."""
    main, *others = one.pictures
    return Columns((main,), tuple(_in_a_cell(others[:MOST_FURTHER])))


def _in_a_cell(pictures: Sequence[Picture]) -> Iterator[Picture]:
    length = -1
    for one in pictures:
        length += 1 + len(quoted(one.url))
        if length > MOST_CELL:
            return
        yield one


def quoted(url: str) -> str:
    """Several stand in one cell with commas between them, so a comma of their own is quoted."""
    return url.replace(",", "%2C")


def by_id(vendor: str, columns: Callable[[Goods], Columns]) -> Callable[[Sequence[Goods]], Fit]:
    """As a list of SKUs has them: a SKU that is too long for the vendor is left out and named."""

    def fit(variants: Sequence[Goods]) -> Fit:
        most = MOST_ID[vendor]
        found = Fit([], [])
        for one in variants:
            if len(one.sku) > most:
                found.notes.append(f"{one.sku}: it has {len(one.sku)} characters, and {vendor} takes {most} of an id.")
                continue
            standing = {picture.asset for part in columns(one) for picture in part}
            shown = tuple(picture for picture in one.pictures if picture.asset in standing)
            found.goods.append(one._replace(pictures=shown))
        return found

    return fit


def by_handle(variants: Sequence[Goods]) -> Fit:
    """As a shop has them: one product a model. Without a handle that is surely its own another product would be
    written over, or a new one would come to be; and the title that stands beside it takes the place of the shop's."""
    model, shop = variants[0].model, variants[0].shop
    if why := _no_product(shop.handle, shop.title):
        return Fit([], [f"{model}: {why}"])
    standing = list(dict.fromkeys(picture.asset for one in variants for picture in one.pictures))[:MOST_OF_MODEL]
    cut = ((one, tuple(p for p in one.pictures if p.asset in standing)) for one in variants)
    return Fit([one._replace(pictures=pictures) for one, pictures in cut if pictures], [])


def _no_product(handle: str, title: str) -> str:
    if not handle:
        return (
            "it has no handle that is surely its own: none can be made of its SKU, or another product has the same. "
            "Say it in the PIM's attribute `handle`."
        )
    if not title.strip():
        return "its model has no name in the PIM, and Shopify writes a title over the shop's own. Give it one."
    if len(title) > MOST_TITLE or safe(title) != title:
        return f"its name cannot be a title: it is longer than {MOST_TITLE} characters, or a spreadsheet would run it."
    return ""
