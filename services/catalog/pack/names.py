"""What files are called in a pack: `SKU_role_n`, safe on every system, each once. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import PurePosixPath
from typing import NamedTuple

LONGEST = 80
_UNSAFE = re.compile(r"[^\w.+-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever their extension."""


class Named(NamedTuple):
    """What an asset is called. sku: empty where it shows no known product; look: of its variants those that it shows,
    where the SKU is that of their model.
    """

    asset: str
    name: str
    sku: str = ""
    role: str = ""
    look: tuple[str, ...] = ()


def safe(text: str) -> str:
    """Letters, digits and `_.+-` only: no path, no hidden file, no option, no device."""
    plain = _UNSAFE.sub("-", unicodedata.normalize("NFC", text))[:LONGEST].strip("-. ")
    return f"_{plain}" if _RESERVED.fullmatch(plain) else plain or "picture"


def stems(pictures: Iterable[Named]) -> dict[str, str]:
    """Asset → its name without extension; no two are the same, in capitals or not."""
    used: set[str] = set()
    return {one.asset: _free(one, used) for one in pictures}


def _free(one: Named, used: set[str]) -> str:
    stem = next(wish for wish in _wishes(one) if wish.casefold() not in used)
    used.add(stem.casefold())
    return stem


def _wishes(one: Named) -> Iterator[str]:
    if one.sku:
        shown = "-".join(safe(part) for part in (one.sku, *one.look))
        yield from (f"{shown}_{safe(one.role or 'main')}_{n}" for n in count(1))
    own = safe(PurePosixPath(one.name).stem)
    yield own
    yield from (f"{own}_{n}" for n in count(2))
