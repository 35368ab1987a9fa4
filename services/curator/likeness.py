"""Whether a new version is another picture under a name that says nothing: camera counters begin anew. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from runtime.likeness import far
from schemas.facet import Facet

NAMED = ("rule", "filename", "gs1-name", "amazon-name", "person")
"""Kinds of evidence that make a name (or a person's word) speak of a product. A folder names many pictures."""
_CAMERAS = (
    "_?IMG[_-]?E?|_?DSC[FN]?|_?MG|DSCS|DCIM|IMGP|PICT|P|MVI|MOV|VID|G|GOPR|G[XHP]|DJI|PXL|SAM|CIMG|HPIM|KIF|PANO|PHO|CRW|"
    "SCAN|IMAGE|PHOTO|BILD|FOTO|CAPTURE|SIGNAL|SCREENSHOT|WHATSAPP IMAGE"
)
_NUMBER = r"\d[\d ._-]*(?:at \d[\d ._-]*)?(?:WA\d+|MP|HDR|BURST|COVER|[A-Z])?(?: ?\(\d+\))?"
_COUNTER = re.compile(rf"(?:(?:{_CAMERAS})[ _-]?)?{_NUMBER}", re.I)
_GTIN_DIGITS = (8, 12, 13, 14)


@dataclass(frozen=True)
class Look:
    """What is known of how one version looks and is called. `named`: its links rest on its name."""

    bucket: str = ""
    key: str = ""
    hash: str | None = None
    named: bool = False

    def with_(self, facet: Facet) -> "Look":
        """With what one more facet says."""
        if facet.facet == "file":
            return replace(self, bucket=str(facet.data.get("bucket") or ""), key=str(facet.data.get("key") or ""))
        if facet.facet == "tags":
            return replace(self, hash=facet.data.get("hash") or None)
        if facet.facet == "links":
            return replace(self, named=_named(facet.data))
        return self


def _named(data: Mapping[str, object]) -> bool:
    found = [*_list(data.get("links")), *_list(data.get("suggestions"))]
    return any(reason.get("kind") in NAMED for link in found for reason in _list(link.get("evidence")))


def _list(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def is_counter(key: str) -> bool:
    """Whether a camera (phone, scanner) gave this name: `IMG_0001.JPG`, `DSC01234.ARW`, `P1010001.JPG`, `0042.jpg`."""
    name = PurePosixPath(key).stem
    return _COUNTER.fullmatch(name) is not None and not _is_gtin(name)


def _is_gtin(name: str) -> bool:
    """A number that ends with its right check digit names an article, known to us or not."""
    if len(name) not in _GTIN_DIGITS or not (name.isascii() and name.isdigit()):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(name))) % 10 == 0


def unlike(new: Look, live: Look) -> bool:
    """Whether `new` may be another picture that only came under the same counter as `live`."""
    return not new.named and not live.named and is_counter(new.key) and far(new.hash, live.hash)
