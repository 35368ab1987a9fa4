"""What a later wave owes: a version whose renditions or tags are said, but a facet that they owe has never come.

The facet's `owes` names the facets that pay. It is announced again only while the group that pays has nothing to do:
what waits in its queue is on its way.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping

from runtime.objects import Bucket
from schemas.facet import facet_object
from schemas.rendition import LATER
from schemas.tags import TAGS_LATER, TAGS_SHOTS
from schemas.topics import TOPICS
from schemas.video import RUNG, SHOTS

log = logging.getLogger(__name__)
AT_ONCE = 16
OWING = ("/renditions.json", "/tags.json", f"/{SHOTS}.json")
"""How the archived facets end that may owe."""
PAYERS = {
    LATER: ("render-later", "asset.later"),
    RUNG: ("render-video", "video.jobs"),
    TAGS_LATER: ("tagger-later", "asset.later"),
    TAGS_SHOTS: ("tagger-later", "asset.later"),
}
"""Owed facet (or the beginning of its name) → the group that pays it, and the topic that it reads."""
TOLD = {topic.name for topic in TOPICS}
Idle = Callable[[str, str], Awaitable[bool]]
"""(group, topic) → whether the group has finished all that lies on it."""


async def busy(_group: str, _topic: str) -> bool:
    """For who does not look at debts."""
    return False


class Debts:
    """Facets are read once, and again only when their etag changes."""

    def __init__(self, library: Bucket, idle: Idle) -> None:
        self._library, self._idle = library, idle
        self._owed: dict[str, tuple[str, tuple[str, ...]]] = {}

    async def payable(self) -> set[str]:
        """Owed facets (or the beginnings of their names) whose payers have nothing to do. Ask before listing facets."""
        return {name for name, (group, topic) in PAYERS.items() if topic in TOLD and await self._idle(group, topic)}

    async def unpaid(self, facets: Mapping[str, str], payable: Collection[str]) -> set[tuple[str, int]]:
        """(asset, version) with a debt that nobody is about to pay. facets: all archived facet objects, with etags."""
        if not payable:
            return set()
        await self._read({key: etag for key, etag in facets.items() if key.endswith(OWING)})
        return {
            (asset, version)
            for asset, version, owed in self._debts()
            if owed.startswith(tuple(payable)) and facet_object(asset, version, owed) not in facets
        }

    def _debts(self) -> Iterator[tuple[str, int, str]]:
        for key, (_, owes) in self._owed.items():
            _, asset, version, _ = key.split("/")
            for owed in owes:
                yield asset, int(version), owed

    async def _read(self, there: Mapping[str, str]) -> None:
        self._owed = {key: known for key, known in self._owed.items() if key in there}
        changed = [key for key, etag in there.items() if self._owed.get(key, ("", ()))[0] != etag]
        for start in range(0, len(changed), AT_ONCE):
            batch = changed[start : start + AT_ONCE]
            for key, stored in zip(batch, await asyncio.gather(*map(self._library.get, batch)), strict=True):
                if stored:
                    self._owed[key] = (stored.etag, _owes(key, stored.body))


def _owes(key: str, body: bytes) -> tuple[str, ...]:
    """What a facet owes; a damaged one owes nothing that we could ask for."""
    try:
        return tuple(json.loads(body).get("owes", ()))
    except (ValueError, AttributeError, TypeError) as error:
        log.error("%s cannot be read: %s", key, error)
        return ()
