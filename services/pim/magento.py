"""Cells of a Magento export that hold a small language of their own."""

import html
import re

_PAIR = re.compile(r",(?=[A-Za-z][A-Za-z0-9_]*=)")
_ENTITY = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[a-z][a-z0-9]*);", re.IGNORECASE)
_CHILD = re.compile(r"\|(?=\s*sku=)")


def words(cell: str) -> str:
    """`EverCool&trade; Tee` as people read it: shops keep their texts as HTML. `R&D` is as it stands."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), cell)


def pairs(cell: str) -> dict[str, str]:
    """`size=XS,climate=Cool|Indoor, dry` → size, climate. A comma ends a value only before the next `name=`."""
    split = (part.partition("=") for part in _PAIR.split(cell) if "=" in part)
    return {name.strip(): value.strip() for name, _, value in split if name.strip() and value.strip()}


def children(cell: str) -> dict[str, dict[str, str]]:
    """`sku=A-XS,size=XS,color=Black|sku=…` → child's SKU → its axes, in their order."""
    found: dict[str, dict[str, str]] = {}
    for part in _CHILD.split(cell):
        axes = pairs(part)
        sku = axes.pop("sku", "")
        if sku:
            found[sku] = axes
    return found


def category(cell: str) -> str:
    """The longest path of a list of paths, without the shop's root: it says most of the product."""
    paths = [path.strip().removeprefix("Default Category").strip("/ ") for path in re.split(r",(?! )", cell)]
    return max(paths, key=lambda path: (path.count("/"), len(path)), default="")
