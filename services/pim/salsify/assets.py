"""Salsify's digital assets, as products name them. Pure.

An asset does not say whose it is. Products do: their properties hold ids of assets, one or several, in one language or
in many, and the assets themselves come along with the product.
"""

from collections.abc import Mapping
from typing import Any

from services.pim.files import limited
from services.pim.files import named as name_of

Item = Mapping[str, Any]
ID, ASSETS = "salsify:id", "salsify:digital_assets"


def file_names(item: Item) -> dict[str, str]:
    """Asset id → what its file is called, of the assets that came along with a product; "" where nothing says it."""
    there = [one for one in item.get(ASSETS) or () if isinstance(one, Mapping) and one.get(ID)]
    return {str(one[ID]): str(one.get("salsify:filename") or one.get("salsify:name") or "") for one in there}


def ids_in(value: object) -> list[str]:
    """What in a property's value may be ids: its texts."""
    if isinstance(value, Mapping):
        return [one for inner in value.values() for one in ids_in(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in ids_in(inner)]
    return [value] if isinstance(value, str) else []


def named(item: Item) -> dict[str, list[str]]:
    """Property → names of the files that it holds, in its order; properties that are words are left out."""
    called = file_names(item)
    held = {name: ids_in(value) for name, value in item.items() if not name.startswith("salsify:")}
    pictures = {name: ids for name, ids in held.items() if ids and called.keys() >= set(ids)}
    return {name: [called[id] for id in dict.fromkeys(ids) if called[id]] for name, ids in pictures.items()}


def files(properties: Mapping[str, list[str]]) -> list[str]:
    """The names of all files that a product's properties (see `named`) hold."""
    return limited(name_of(name) for names in properties.values() for name in names)
