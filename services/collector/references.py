"""What still refers to bytes: `refs/` of assets that are not purged, and the renditions that their facets name."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from runtime.objects import Bucket
from schemas.facet import HOLD

log = logging.getLogger(__name__)
AT_ONCE = 16


@dataclass(frozen=True)
class References:
    """One look at the library. `renditions`: (content hash, recipe hash) that a facet names."""

    owners: dict[str, set[str]] = field(default_factory=dict)
    """Content hash → assets that refer to it and live."""
    dead: list[str] = field(default_factory=list)
    """Keys of references of assets that have ended."""
    renditions: set[tuple[str, str]] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    """Assets that were purged long enough ago, and are under no hold."""


class Reader:
    """Reads references; facets are read once and again only when their etag changes."""

    def __init__(self, library: Bucket) -> None:
        self._library = library
        self._named: dict[str, tuple[str, frozenset[tuple[str, str]]]] = {}

    async def read(self, bound: datetime) -> References:
        """References first, facets after them: what is written in between is younger than anything deleted.

        An asset that was purged after `bound` still holds its bytes: a purge can be taken back until then.
        """
        purged = [info.key.split("/")[1] for info in await self._library.listing("purges/") if info.modified < bound]
        ended = {asset for asset in purged if not await self._is_held(asset)}
        owners: dict[str, set[str]] = defaultdict(set)
        dead = []
        for info in await self._library.listing("refs/"):
            _, sha256, asset, _ = info.key.split("/")
            if asset in ended:
                dead.append(info.key)
            else:
                owners[sha256].add(asset)
        return References(dict(owners), dead, await self._renditions(ended), ended)

    async def _is_held(self, asset: str) -> bool:
        stored = await self._library.get(f"facets/{asset}/curation.json")
        return stored is not None and bool(json.loads(stored.body).get("data", {}).get("fields", {}).get(HOLD))

    async def _renditions(self, ended: set[str]) -> set[tuple[str, str]]:
        there = {
            info.key: info.etag
            for info in await self._library.listing("facets/")
            if info.key.rpartition("/")[2].startswith("renditions") and info.key.split("/")[1] not in ended
        }
        self._named = {key: known for key, known in self._named.items() if key in there}
        changed = [key for key, etag in there.items() if self._named.get(key, ("", None))[0] != etag]
        for start in range(0, len(changed), AT_ONCE):
            batch = changed[start : start + AT_ONCE]
            for key, stored in zip(batch, await asyncio.gather(*map(self._library.get, batch)), strict=True):
                if stored:
                    self._named[key] = (stored.etag, frozenset(named_in(json.loads(stored.body))))
        return {name for _, names in self._named.values() for name in names}


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
