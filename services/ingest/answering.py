"""Which versions were announced and not answered, which pictures nobody linked, which files may go: by their facets.

The facets are read as the store lists them, asset by asset, beside the ledger in the same order.
"""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from runtime.assets import is_refused, versions_out
from runtime.objects import Bucket
from schemas.facet import facet_object
from services.ingest.answers import ANSWERS
from services.ingest.ledger import Ledger
from services.ingest.register import in_order

_ASSETS = "SELECT bucket, key, written, asset, versions, linked FROM names WHERE asset > ? AND asset <= ?"
LAST = "~"
"""After all assets' ids."""
Passed = Mapping[str, Mapping[int, int]]
"""Group → partition → committed offset, on `asset.ingested`."""


class Version(NamedTuple):
    """One version of an asset. announced: where (partition, offset); plain: every worker opens it by itself."""

    number: int
    refused: bool
    announced: Sequence[int] | None
    plain: bool


@dataclass(frozen=True)
class Asset:
    """What the ledger has of one, and its archived facets with their etags. linked: the version told to the linker."""

    bucket: str
    key: str
    written: float
    id: str
    versions: list[Version]
    linked: int | None
    facets: Mapping[str, str] = field(default_factory=dict)


class Batch(NamedTuple):
    """Assets whose ids lie between two, the second among them; facets: of all of these, with etags."""

    after: str
    upto: str
    assets: list[Asset]
    facets: dict[str, str]


async def batches(ledger: Ledger, library: Bucket) -> AsyncIterator[Batch]:
    """All assets of the ledger once, those without any facet too. Raises Unavailable."""
    after, facets = "", defaultdict[str, dict[str, str]](dict)
    async for page in in_order(library.pages("facets/")):
        for info in page:
            facets[_asset(info.key)][info.key] = info.etag
        open_ = _asset(page[-1].key)  # what is next may be of it, too
        rest = facets.pop(open_)
        if facets:
            upto = max(facets)
            yield await _batch(ledger, after, upto, facets)
            after = upto
        facets = defaultdict(dict, {open_: rest})
    yield await _batch(ledger, after, LAST, facets)


async def _batch(ledger: Ledger, after: str, upto: str, facets: Mapping[str, dict[str, str]]) -> Batch:
    assets = []
    async for rows in ledger.rows(_ASSETS, (after, upto)):
        for bucket, key, written, asset, versions, linked in rows:
            told = [Version(*one) for one in json.loads(versions)]
            assets.append(Asset(bucket, key, written, asset, told, linked, facets.get(asset, {})))
    return Batch(after, upto, assets, {key: etag for of in facets.values() for key, etag in of.items()})


def _asset(key: str) -> str:
    return key.split("/")[1]


async def unanswered(
    asset: Asset, owing: Collection[tuple[str, int]], passed: Passed, library: Bucket, *, looked: bool
) -> tuple[int, str] | None:
    """The wanted version that lacks a facet although its group has gone past the announcement, and the group.

    owing: (asset, version) with a debt that nobody is about to pay. looked: whether the tagger has seen all pictures
    that render has sent it.
    """
    for version in reversed(asset.versions):
        group = _unanswered_by(asset, version, passed, looked=looked)
        if group or _owes(asset, version, owing, passed):
            if version.number in await versions_out(library, asset.id, asset.facets):
                continue  # a person put it out: what is older may be wanted
            return (version.number, group or "render") if await _is_wanted(asset, version, library) else None
    return None


async def _is_wanted(asset: Asset, version: Version, library: Bucket) -> bool:
    """Whether everything newer was refused or put out. (A live older one has all of its facets.)"""
    newer = [one for one in asset.versions if one.number > version.number and not one.refused]
    return all([await is_refused(library, asset.id, one.number, asset.facets) for one in newer])


def _unanswered_by(asset: Asset, version: Version, passed: Passed, *, looked: bool) -> str | None:
    """The first group that has gone past the announcement and has not written its facet.

    What is not plain the tagger sees by pictures that render makes and sends: it is render that tells of them again.
    """
    if version.refused or version.announced is None:
        return None
    partition, offset = version.announced
    for group, facet in ANSWERS.items():
        there = facet_object(asset.id, version.number, facet) in asset.facets
        by = group if version.plain or group != "tagger" else "render"
        if not there and passed[by].get(partition, -1) > offset and (by == group or looked):
            return by
    return None


def _owes(asset: Asset, version: Version, owing: Collection[tuple[str, int]], passed: Passed) -> bool:
    """Whether a later wave of it was lost: who has gone past the announcement tells of it again."""
    if version.refused or version.announced is None or (asset.id, version.number) not in owing:
        return False
    partition, offset = version.announced
    return all(passed[group].get(partition, -1) > offset for group in ANSWERS)
