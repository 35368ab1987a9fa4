"""Who refers to bytes: `refs/` of assets, and the renditions that their facets name. Read shard by shard."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from runtime.objects import Bucket
from schemas.facet import facet_object

AT_ONCE = 16


class Owner(NamedTuple):
    """A version of an asset."""

    asset: str
    version: int


async def owners(library: Bucket, shard: str) -> dict[str, set[Owner]]:
    """Content hash → versions that refer to it, of all hashes that begin so. What is no reference of ours is left."""
    found: dict[str, set[Owner]] = defaultdict(set)
    for info in await library.listing(f"refs/{shard}"):
        parts = info.key.split("/")
        if len(parts) == 4 and parts[3].isdecimal():
            found[parts[1]].add(Owner(parts[2], int(parts[3])))
    return dict(found)


async def named(library: Bucket, owning: Iterable[Owner]) -> set[tuple[str, str]]:
    """(content hash, recipe hash) of every rendition that a facet of these versions names."""
    keys: list[str] = []
    for owner in owning:
        prefix = facet_object(owner.asset, owner.version, "renditions").removesuffix(".json")
        keys += [info.key for info in await library.listing(prefix)]
    found: set[tuple[str, str]] = set()
    for start in range(0, len(keys), AT_ONCE):
        for stored in await asyncio.gather(*map(library.get, keys[start : start + AT_ONCE])):
            if stored:
                found.update(named_in(json.loads(stored.body)))
    return found


def named_in(value: object) -> Iterator[tuple[str, str]]:
    """Every rendition that a facet names, wherever it stands: an unknown field of a newer release counts as well."""
    if isinstance(value, str):
        if found := rendition_of(value):
            yield found
    elif isinstance(value, dict):
        for one in value.values():
            yield from named_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from named_in(one)


def rendition_of(key: str) -> tuple[str, str] | None:
    """(content hash, recipe hash) of `renditions/<sha256>/<recipe>.<ext>` or `renditions/<sha256>/<recipe>/<file>`."""
    parts = key.split("/")
    if len(parts) < 3 or parts[0] != "renditions":
        return None
    return parts[1], parts[2].partition(".")[0]


def content_of(key: str) -> str:
    """Hash in a key that begins `<kind>/<sha256>`."""
    return key.split("/")[1].partition(".")[0]
