"""What a later wave owes: a version whose renditions or tags are said, but a facet that they owe has never come.

The facet's `owes` names the facets that pay. It is announced again only while the group that pays has nothing to do:
what waits in its queue is on its way.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping

from runtime.objects import Bucket
from schemas.facet import facet_object
from schemas.rendition import LATER
from schemas.tags import TAGS_LATER, TAGS_SHOTS
from schemas.topics import TOPICS
from schemas.video import RUNG, SHOTS
from services.ingest.ledger import Ledger

log = logging.getLogger(__name__)
AT_ONCE, AT_A_TIME = 16, 1000
"""Reads of the store, and questions to the ledger."""
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
    """Facets are read once, and again only when their etag changes; the ledger keeps what they owe."""

    def __init__(self, library: Bucket, idle: Idle, ledger: Ledger) -> None:
        self._library, self._idle, self._ledger = library, idle, ledger

    async def payable(self) -> set[str]:
        """Owed facets (or the beginnings of their names) whose payers have nothing to do. Ask before listing facets."""
        return {name for name, (group, topic) in PAYERS.items() if topic in TOLD and await self._idle(group, topic)}

    async def unpaid(self, facets: Mapping[str, str], payable: Collection[str]) -> set[tuple[str, int]]:
        """(asset, version) with a debt that nobody is about to pay. facets: those of some assets, with etags."""
        owing = {key: etag for key, etag in facets.items() if key.endswith(OWING)} if payable else {}
        found = set()
        for key, owes in (await self._read(owing)).items():
            _, asset, number, _ = key.split("/")
            for owed in owes:
                if owed.startswith(tuple(payable)) and facet_object(asset, int(number), owed) not in facets:
                    found.add((asset, int(number)))
        return found

    async def _read(self, there: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        names = {_hash(key): key for key in there}
        known: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(names), AT_A_TIME):
            hashes = list(names)[start : start + AT_A_TIME]
            asked = f"SELECT facet, stamp, owes FROM owed WHERE facet IN ({', '.join('?' * len(hashes))})"  # noqa: S608
            for name, stamp, owes in await self._ledger.all(asked, hashes):
                if stamp == _hash(there[names[name]]):
                    known[names[name]] = tuple(json.loads(owes))
        unread = [key for key in there if key not in known]
        for start in range(0, len(unread), AT_ONCE):
            some = unread[start : start + AT_ONCE]
            bodies = await asyncio.gather(*map(self._library.get, some))
            read = {key: stored for key, stored in zip(some, bodies, strict=True) if stored}
            known |= {key: _owes(key, stored.body) for key, stored in read.items()}
            rows = [(_hash(key), _hash(stored.etag), json.dumps(known[key])) for key, stored in read.items()]
            await self._ledger.write(("INSERT OR REPLACE INTO owed VALUES (?, ?, ?)", rows))
        return known


def _hash(text: str) -> bytes:
    """Short: there are some for each picture."""
    return hashlib.blake2b(text.encode(), digest_size=12).digest()


def _owes(key: str, body: bytes) -> tuple[str, ...]:
    """What a facet owes; a damaged one owes nothing that we could ask for."""
    try:
        return tuple(json.loads(body).get("owes", ()))
    except (ValueError, AttributeError, TypeError) as error:
        log.error("%s cannot be read: %s", key, error)
        return ()
