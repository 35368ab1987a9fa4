"""Categories and collections that a picture can be linked to: their products inherit it. What they are called. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

CATEGORY, COLLECTION = "category:", "collection:"
"""In the place of a link's SKU: `category:Men/Shoes`, `collection:Summer 26`."""
_PARTS = re.compile(r"[/>|]")
_SEVERAL = re.compile(r"[;|]")
_WORD = re.compile(r"[^\W_]+")


def is_group(sku: str) -> bool:
    """Whether a link is to a category or a collection."""
    return sku.startswith((CATEGORY, COLLECTION))


def group_key(group: str) -> str:
    """The same for all ways to write it: separators, case and accents make no odds. Empty where it names nothing."""
    kind, _, name = group.partition(":")
    parts = _PARTS.split(name) if f"{kind}:" == CATEGORY else [name]
    words = "/".join(filter(None, (" ".join(_folded(part)) for part in parts)))
    return f"{kind}:{words}" if words else ""


def groups_of(category: str, attributes: Mapping[str, str]) -> tuple[str, ...]:
    """The category (a path) and the collections of a product: of these its attribute of that name tells."""
    told = next((value for name, value in attributes.items() if name.casefold() in ("collection", "collections")), "")
    collections = [f"{COLLECTION}{name.strip()}" for name in _SEVERAL.split(told) if name.strip()]
    return (*([f"{CATEGORY}{category}"] if category.strip() else []), *collections)


def keys_within(group: str) -> Iterator[str]:
    """Keys of all groups that hold what is in this one: of `Men/Shoes` also `Men` and, without its shop, `Shoes`."""
    if not (key := group_key(group)).startswith(CATEGORY):
        yield from [key] if key else []
        return
    parts = key.removeprefix(CATEGORY).split("/")
    for begin in range(len(parts)):
        for end in range(begin + 1, len(parts) + 1):
            yield f"{CATEGORY}{'/'.join(parts[begin:end])}"


def in_words(group: str) -> str:
    """`category Men/Shoes`, `product collection Summer 26`: people make collections of pictures, too."""
    kind, _, name = group.partition(":")
    return f"{'product ' * (f'{kind}:' == COLLECTION)}{kind} {name}"


def _folded(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
