"""Names of Amazon's flat ZIP: `<id>.<VARIANT>.<ext>`, where the id is a product's ASIN or GTIN. Pure."""

import re
from collections.abc import Iterable

from services.catalog.feeds.goods import Goods
from services.catalog.pack.zipping import Entry

VARIANTS = {"front": "FRNT", "back": "BACK", "left": "LEFT", "right": "RGHT", "side": "SIDE", "top": "TOPP",
            "bottom": "BOTT"}  # fmt: skip
MOST_NUMBERED = 99
_ASIN = re.compile(r"[A-Z0-9]{10}")
NO_ID = "{sku}: it has neither an ASIN nor a GTIN, and Amazon takes files by nothing else."


def identity(one: Goods) -> str:
    """What Amazon knows it by; empty where it cannot."""
    if _ASIN.fullmatch(one.asin):
        return one.asin
    return one.gtin if one.gtin.isdigit() else ""


def entries(goods: Iterable[Goods]) -> tuple[list[Entry], list[str]]:
    """Files by name, and a line for each SKU that has no name there. Two SKUs with one id: the first has it."""
    found: dict[str, Entry] = {}
    missing: list[str] = []
    for one in goods:
        name = identity(one)
        if not name:
            missing.append(NO_ID.format(sku=one.sku))
        elif f"{name}.MAIN.{_ending(one.pictures[0].key)}" in found:
            missing.append(f"{one.sku}: another SKU has its id {name}.")
        else:
            found |= _of(name, one)
    return list(found.values()), missing


def _of(name: str, one: Goods) -> dict[str, Entry]:
    taken: dict[str, Entry] = {}
    numbered, used = 0, set[str]()
    for place, picture in enumerate(one.pictures):
        variant = "MAIN" if not place else VARIANTS.get(picture.role, "")
        if not variant or variant in used:
            numbered += 1
            variant = f"PT{numbered:02d}"
        if numbered > MOST_NUMBERED:
            break
        used.add(variant)
        file = f"{name}.{variant}.{_ending(picture.key)}"
        taken[file] = Entry(file, picture.key, picture.bytes)
    return taken


def _ending(key: str) -> str:
    return key.rpartition(".")[2]
