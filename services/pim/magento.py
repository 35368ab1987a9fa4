"""The two cells of a Magento export that hold a small language of their own."""

import re

_PAIR = re.compile(r",(?=[A-Za-z][A-Za-z0-9_]*=)")
_CHILD = re.compile(r"\|(?=\s*sku=)")


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
