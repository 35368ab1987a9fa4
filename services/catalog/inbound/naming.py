"""What a file that came by an upload link is called: one name in the link's folder, whatever its sender says. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from schemas.names import ENDINGS
from schemas.roles import CODE_FRAME, ROLES
from schemas.upload_link import Type, UploadLink
from services.catalog.channels.shot_list import file_name

_OTHERS: dict[Type, frozenset[str]] = {
    "video": frozenset([".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mts", ".m2ts", ".3gp"]),
    "model": frozenset([".glb", ".gltf", ".usdz"]),
    "document": frozenset([".pdf", ".eps", ".ai", ".svg"]),
}
OF_TYPE: dict[Type, frozenset[str]] = {"image": ENDINGS - frozenset().union(*_OTHERS.values()), **_OTHERS}
SHOWN = tuple(role for role in ROLES if role != CODE_FRAME)
_OF_ROLE: Mapping[str, Type] = {"video": "video", "model-3d": "model", "manual": "document", "safety": "document"}
"""What shows that; all else is a picture."""
LONGEST = 80
_STRANGE = re.compile(r"[^\w .+()-]+")


class NotTaken(ValueError):
    """Says why, and what to do."""


def roles(types: Collection[str]) -> list[str]:
    """What a link's files can show, by what it takes."""
    return [role for role in SHOWN if _OF_ROLE.get(role, "image") in types]


def names(link: UploadLink, given: str, sku: str, role: str) -> Iterator[str]:
    """What it may be called, the first that is free: never what another file has. Raises NotTaken."""
    own = unicodedata.normalize("NFC", given.replace("\\", "/")).rpartition("/")[2]
    ending = PurePosixPath(own).suffix.lower()
    taken = frozenset().union(*(OF_TYPE[name] for name in link.types))
    if ending not in taken:
        raise NotTaken(
            f"{ending or 'A file without an ending'} is not taken here. Send one of: {' '.join(sorted(taken))}."
        )
    if link.skus:
        stem = _of_product(link.skus, sku, role)
    else:
        stem = _STRANGE.sub("-", own[: -len(ending)]).strip(" .-")[:LONGEST] or "file"
    yield f"{stem}{ending}"
    number = 2
    while True:
        yield f"{stem}_{number}{ending}"
        number += 1


def _of_product(skus: Collection[str], sku: str, role: str) -> str:
    if sku not in skus:
        raise NotTaken("Say which of the link's products it shows.")
    if role not in SHOWN:
        raise NotTaken(f"Say what it shows of the product: {', '.join(SHOWN)}.")
    return file_name(sku, role).rpartition(".")[0]
