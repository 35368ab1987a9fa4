"""What the library holds, for `packshot link`: names, products, links that stand, and the naming rules in use."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.trouble import Trouble
from runtime import latest
from runtime.config import Settings
from runtime.folders import FoldersError, read_folders
from runtime.objects import Bucket
from schemas.file import LIST_TYPE
from schemas.folders import FOLDERS
from schemas.product import Product
from schemas.topics import ASSET_METADATA, PIM_PRODUCTS
from services.linker.by_folder import naming_of
from services.linker.catalogue import Catalogue
from services.linker.rules import NO_RULES, Rules
from services.linker.rules_file import KEY, RulesError, read_rules

_FACETS = ("file", "links")


@dataclass
class Library:
    """linked: key → SKUs of the links that stand, of the newest version under each name."""

    catalogue: Catalogue
    keys: list[str] = field(default_factory=list)
    linked: dict[str, set[str]] = field(default_factory=dict)


async def read_library(settings: Settings) -> Library:
    """All of it, from the compacted topics. Raises Unavailable."""
    products: dict[str, Mapping[str, Any]] = {}
    async for key, value in latest.records(settings, PIM_PRODUCTS.name):
        products[key] = json.loads(value)["data"] if value else {}
    active = [Product.model_validate(one) for one in products.values() if one.get("status") == "active"]
    library = Library(Catalogue(one for one in active if one.kind in ("product", "model") and one.sku))
    newest: dict[str, dict[str, tuple[int, Mapping[str, Any]]]] = {name: {} for name in _FACETS}
    async for key, value in latest.records(settings, ASSET_METADATA.name):
        asset, _, rest = key.partition("/")
        number, _, name = rest.rpartition("/")
        if name in _FACETS and int(number) >= newest[name].get(asset, (0, {}))[0]:
            newest[name][asset] = int(number), (json.loads(value)["data"] if value else {})
    for asset, (version, facet) in newest["file"].items():
        file = facet.get("data", {})
        ended = file.get("merged_into") or file.get("edition_of")
        if facet.get("status") != "done" or file["media_type"] == LIST_TYPE or ended:
            continue
        library.keys.append(file["key"])
        of, links = newest["links"].get(asset, (0, {}))
        if of == version and links.get("status") == "done" and links["data"]["links"]:
            library.linked[file["key"]] = {link["sku"] for link in links["data"]["links"]}
    library.keys.sort()
    return library


async def rules_in_use(library: Bucket) -> Rules:
    """Those of the library; none where it has none. Raises Unavailable, Trouble for a file that does not hold."""
    stored = await library.get(KEY)
    try:
        return read_rules(KEY, stored.body.decode()) if stored else NO_RULES
    except (RulesError, UnicodeDecodeError) as error:
        raise Trouble(str(error), "Give the library rules that hold: `packshot link --rules FILE --apply`.") from error


async def naming_in_use(library: Bucket) -> dict[str, str]:
    """What folders' profiles say of naming. Raises Unavailable, Trouble for a file that does not hold."""
    stored = await library.get(FOLDERS)
    try:
        return naming_of(read_folders(FOLDERS, stored.body.decode())) if stored else {}
    except (FoldersError, UnicodeDecodeError) as error:
        raise Trouble(str(error), "Give the library profiles that hold: `packshot folders apply FILE`.") from error
