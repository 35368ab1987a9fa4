"""Files of a feed as a ZIP, under the names that their taker knows a product by. Pure.

Amazon: `<ASIN or GTIN>.<VARIANT>.<ext>`. GS1: `<GTIN-14>_<type><facing><angle><state>_s<n>.<ext>`, as its image
specification has them: type A (for the web), facing by the picture's role, N (seen straight), 0 (out of its pack) or 1.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from services.catalog.feeds.goods import Goods, Picture
from services.catalog.pack.zipping import Entry

VARIANTS = {"front": "FRNT", "back": "BACK", "left": "LEFT", "right": "RGHT", "side": "SIDE", "top": "TOPP",
            "bottom": "BOTT"}  # fmt: skip
FACINGS = {"main": 1, "front": 1, "left": 2, "top": 3, "back": 7, "right": 8, "bottom": 9}
MOST_NUMBERED = 99
_ASIN = re.compile(r"[A-Z0-9]{10}")


class Flat(NamedTuple):
    """identity: what a product is known by, empty where it cannot be; stems: of its pictures in order, each once."""

    name: str
    about: str
    known_by: str
    identity: Callable[[Goods], str]
    stems: Callable[[str, Iterable[Picture]], Iterator[str]]


def _amazon_id(one: Goods) -> str:
    return one.asin if _ASIN.fullmatch(one.asin) else _gtin(one)


def _gtin(one: Goods) -> str:
    return one.gtin if one.gtin.isdigit() and len(one.gtin) <= 14 else ""


def _gtin14(one: Goods) -> str:
    return _gtin(one) and one.gtin.zfill(14)


def _amazon(name: str, pictures: Iterable[Picture]) -> Iterator[str]:
    numbered, used = 0, set[str]()
    for place, picture in enumerate(pictures):
        variant = "MAIN" if not place else VARIANTS.get(picture.role, "")
        if not variant or variant in used:
            numbered += 1
            variant = f"PT{numbered:02d}"
        used.add(variant)
        yield f"{name}.{variant}"


def _gs1(name: str, pictures: Iterable[Picture]) -> Iterator[str]:
    used: dict[str, int] = {}
    for picture in pictures:
        stem = f"{name}_A{FACINGS.get(picture.role, 0)}N{int(picture.role == 'packaging')}"
        used[stem] = used.get(stem, 0) + 1
        yield f"{stem}_s{used[stem]:02d}"


FLATS = {
    one.name: one
    for one in (
        Flat(
            "amazon-zip",
            "a ZIP of files under Amazon's names, by ASIN or GTIN",
            "an ASIN or a GTIN",
            _amazon_id,
            _amazon,
        ),
        Flat("gs1-zip", "a ZIP of files under GS1's names, by GTIN", "a GTIN", _gtin14, _gs1),
    )
}


class Packed(NamedTuple):
    """Files by name; a line for each SKU that has no name there; and what really lies in it, by product."""

    files: list[Entry]
    missing: list[str]
    given: list[Goods]


def packed(flat: Flat, goods: Iterable[Goods]) -> Packed:
    """Of two SKUs with one id the first has it."""
    found = Packed([], [], [])
    taken: set[str] = set()
    for one in goods:
        name = flat.identity(one)
        if not name:
            found.missing.append(f"{one.sku}: it has not {flat.known_by}, and these files are named by nothing else.")
        elif name in taken:
            found.missing.append(f"{one.sku}: another SKU has its id {name}.")
        else:
            taken.add(name)
            pictures = one.pictures[: MOST_NUMBERED + 1]
            found.given.append(one._replace(pictures=pictures))
            found.files.extend(
                Entry(f"{stem}.{picture.key.rpartition('.')[2]}", picture.key, picture.bytes)
                for stem, picture in zip(flat.stems(name, pictures), pictures, strict=True)
            )
    return found
