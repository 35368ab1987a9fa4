"""A few products, hoodies above all, and what the linker says of a name among them."""

from collections.abc import Mapping
from typing import Any

from services.linker.catalogue import Catalogue
from services.linker.evidence import read_evidence
from services.linker.match import Match, match
from services.pim.product import Product

GTIN = "4006381333931"
GRAY = {"MH01-S-Gray", "MH01-M-Gray", "MH01-L-Gray"}
BLACK = {"MH01-S-Black", "MH01-M-Black", "MH01-L-Black"}


def product(sku: str, **fields: Any) -> Product:
    return Product("csv", fields.pop("kind", "product"), sku, sku, **fields)


def model(sku: str, colours: str, sizes: str = "S M L", **fields: Any) -> list[Product]:
    axes = [{"color": colour, "size": size} for colour in colours.split(",") for size in sizes.split()]
    variants = [product(f"{sku}-{a['size']}-{a['color']}", parent=sku, axes=a, name="Warm hoodie") for a in axes]
    return [product(sku, kind="model", name="Warm hoodie", **fields), *variants]


SHOP = [
    *model("MH01", "Black,Gray,Light Blue"),
    *model("MH02", "Black,Grün"),
    *model("WX2041", "Black", sizes="S M"),
    product("TRAINER-RED", gtin=GTIN, name="Trainer, red"),
    product("A1", name="Poster"),
    product("123", name="Bolt"),
    product("MH01A", name="Spare part"),
    product("304.096.29", name="Side desk"),
    product("CRÈME-BRÛLÉE-9", name="Dessert set"),
]


def look(name: str, folder: str = "", metadata: Mapping[str, Any] | None = None, shop: Any = SHOP) -> Match:
    evidence = read_evidence(name, folder, metadata)
    return match(evidence, Catalogue(shop).candidates(evidence))


def skus(found: Match) -> set[str]:
    return {link.sku for link in found.links if link.level == "product"}
