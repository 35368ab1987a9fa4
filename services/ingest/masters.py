"""RAW, PSD or TIFF and JPEG of one name in one folder are one picture: the best of them is its master. Pure."""

from collections.abc import Collection, Iterable
from typing import Any

from schemas.file import Companion, FileFacet
from services.ingest.names import JPEG, LAYERED, RAW, TIFF, bare
from services.ingest.source import Source

_KINDS = (LAYERED, TIFF, RAW, JPEG)
"""What is nearest to finished work comes first: a retoucher's layers, what was exported for print, the negative."""
_RANKS = {ending: rank for rank, kind in enumerate(_KINDS) for ending in kind.split()}
_TELLING = frozenset(
    {"title", "description", "keywords", "copyright", "artist", "reference", "product_id", "gtin", "product_name"}
    | {"taken", "subsec", "make", "model"}
)
"""Embedded fields that speak of the picture, whichever of its files they are in. Others speak of that file."""


def _rank(key: str) -> int | None:
    return _RANKS.get(key[key.rfind(".") :].lower())


def family(key: str, there: Iterable[str]) -> list[str]:
    """The keys that are one picture with this one, itself among them, best first. Two JPEGs are two pictures."""
    own = _rank(key)
    if own is None:
        return [key]
    kin = {other: rank for other in there if (rank := _rank(other)) is not None and bare(other) == bare(key)}
    return sorted([key, *(other for other in kin if kin[other] != own)], key=lambda one: (kin.get(one, own), one))


def takes_in(owner: Source, key: str) -> bool:
    """Whether that asset may be the one that this file belongs to: not where another file of its kind is the master."""
    master = owner.master
    return owner.owns and (master is None or master.file.key == key or _rank(master.file.key) != _rank(key))


def is_companion(owner: Source, key: str, there: Collection[str]) -> bool:
    """Whether a better file of the same picture is its master, and lies beside it still. Else it is a version."""
    master = owner.master.file.key if owner.master else key
    own, best = _rank(key), _rank(master)
    return master != key and master in there and own is not None and best is not None and best < own


def with_companion(file: FileFacet, companion: Companion) -> FileFacet:
    """The master's file with that companion, in place of what lay under its name before."""
    others = [one for one in file.companions if one.key != companion.key]
    return file.model_copy(update={"companions": sorted([*others, companion], key=lambda one: one.key)})


def handed_on(before: FileFacet | None, key: str) -> list[Companion]:
    """The companions of a new version that lies under `key`: those of the version before, and its master."""
    if before is None:
        return []
    former = Companion(
        key=before.key,
        sha256=before.sha256,
        bytes=before.bytes,
        media_type=before.media_type,
        embedded=before.embedded,
    )
    both = [*before.companions, former] if before.key != key else before.companions
    return sorted((one for one in both if one.key != key), key=lambda one: one.key)


def embedded(file: FileFacet) -> dict[str, Any]:
    """What the master says, and what only its companions say of the picture: programs write into JPEGs, not RAW."""
    told = {name: value for one in file.companions for name, value in one.embedded.items() if name in _TELLING}
    return {**told, **file.embedded}
