"""Who answers an announcement, and how it was answered."""

import asyncio
import json
from collections.abc import Mapping

from runtime.objects import Bucket
from schemas.facet import facet_object

AT_ONCE = 16
ANSWERS = {"render": "renditions", "tagger": "tags"}
"""Group → the facet with which it answers an announcement."""
SAFE = {"renditions": ("done",), "tags": ("done", "refused")}
"""Facet → how it must stand before the file may leave the inbox: what render refuses stays there."""


class Answers:
    """How facets stand. Each is read once, and again only when its etag changes, or nobody asked for it for long."""

    def __init__(self, library: Bucket) -> None:
        self._library = library
        self._known: dict[str, tuple[str, str]] = {}
        self._before: dict[str, tuple[str, str]] = {}

    def turn(self) -> None:
        """A new sweep: what the last one did not ask for is forgotten."""
        self._before, self._known = self._known, {}

    async def safe(self, asset_id: str, version: int, facets: Mapping[str, str]) -> bool:
        """Whether all have answered that version, none with a failure. facets: archived objects, with etags."""
        paths = {facet_object(asset_id, version, name): name for name in ANSWERS.values()}
        if not paths.keys() <= facets.keys():
            return False
        stands = await asyncio.gather(*(self._status(path, facets[path]) for path in paths))
        return all(status in SAFE[name] for name, status in zip(paths.values(), stands, strict=True))

    async def _status(self, path: str, etag: str) -> str:
        if path not in self._known and path in self._before:
            self._known[path] = self._before[path]
        if self._known.get(path, ("", ""))[0] != etag:
            stored = await self._library.get(path)
            if stored is None:
                return "gone"
            self._known[path] = (stored.etag, str(json.loads(stored.body).get("status", "")))
        return self._known[path][1]


async def is_answered(library: Bucket, asset_id: str, version: int) -> bool:
    """The same, asked once."""
    facets = {info.key: info.etag for info in await library.listing(f"facets/{asset_id}/{version}/")}
    return await Answers(library).safe(asset_id, version, facets)
