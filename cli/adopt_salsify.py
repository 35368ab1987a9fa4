"""An export of Salsify as JSON (of its channels or its interface) → a row for each digital asset. Pure.

An asset does not say whose it is: products name it in their properties, so these are looked through. A property that
says a role (*Main Image*, *Back View*) gives it to the file; the picture that Salsify itself shows first is the main
one, where no property says a role.
"""

import json
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from typing import Any

from runtime.csv_text import Row, UnreadableError
from services.linker.roles import role_told
from services.pim.flat import text
from services.pim.salsify.assets import ASSETS, ID, ids_in

Item = Mapping[str, Any]
SKUS, ROLE, PROFILE = "sku", "role", "salsify:profile_asset_id"
"""Two columns that no export has, and a product's first picture."""
SECTIONS = ("digital_assets", "products", "data")


def rows(data: bytes) -> list[Row]:
    """Heading and rows; the line of a row is its number among the assets. Raises UnreadableError."""
    sections = _sections(data)
    products = [*sections["products"], *sections["data"]]
    assets: dict[str, dict[str, str]] = {}
    for item in (*sections["digital_assets"], *(one for product in products for one in _dicts(product.get(ASSETS)))):
        if id := str(item.get(ID) or ""):
            assets.setdefault(id, {name: text(value, "") for name, value in item.items()})
    if not assets:
        raise UnreadableError("The export has no digital assets.", "Export them with the products.")
    skus, roles = _named_by(products, assets)
    found = [one | {SKUS: ";".join(skus[id]), ROLE: roles.get(id, "")} for id, one in assets.items()]
    names = tuple(dict.fromkeys(name for one in found for name in one))
    return [Row(0, names), *(Row(at, tuple(one.get(name, "") for name in names)) for at, one in enumerate(found, 1))]


def _sections(data: bytes) -> dict[str, list[Item]]:
    """The sections of a feed, which come in one object or in one each."""
    try:
        read = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"The export is no whole JSON: {error}.", "Export it again.") from error
    parts = _dicts(read if isinstance(read, list) else [read])
    return {name: [item for part in parts for item in _dicts(part.get(name))] for name in SECTIONS}


def _dicts(value: object) -> list[Item]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _named_by(products: list[Item], assets: Container[str]) -> tuple[Mapping[str, list[str]], Mapping[str, str]]:
    """Asset → SKUs of the products that name it, and the role that the first property says that says one."""
    skus, roles, first = defaultdict[str, list[str]](list), dict[str, str](), dict[str, str]()
    for product in products:
        sku = str(product.get(ID) or "")
        for name, id in ((name, id) for name, id in _held(product) if id in assets):
            if sku not in skus[id]:
                skus[id].append(sku)
            if name == PROFILE:
                first[id] = "main"
            elif role_told(name):
                roles.setdefault(id, name)
    return skus, first | roles


def _held(product: Item) -> Iterator[tuple[str, str]]:
    """Properties and the ids in them; of Salsify's own fields only the one of the first picture."""
    for name, value in product.items():
        if name == PROFILE or not name.startswith("salsify:"):
            yield from ((name, id) for id in ids_in(value))
