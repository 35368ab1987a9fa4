"""Ends an asset whose purge is over: the log forgets it, then the archive, its mark last.

Its bytes are not touched here. With its references they lose their last hold, and the next round finds them.
"""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

from runtime.objects import Bucket, Exists
from runtime.steps import step
from schemas.curation import HOLD
from schemas.decision import Decision
from schemas.facet import Facet, facet_object
from schemas.file import FileFacet
from schemas.head import ENDED, ENDED_NOTE, HeadFacet
from schemas.topics import ASSET_METADATA

DECIDED = "-decision-"
"""In the names of what `history/` holds of people."""
Tombstone = Callable[[str, str, str], Awaitable[None]]
"""(topic, key, partition key): writes a tombstone and waits for the acknowledgement."""


class Ending:
    """`tombstone` speaks on the log; `inbox` is where the files of purged assets may still lie."""

    def __init__(self, library: Bucket, inbox: Bucket, tombstone: Tombstone) -> None:
        self._library, self._inbox, self._tombstone = library, inbox, tombstone

    async def may(self, asset: str, bound: datetime) -> bool:
        """Whether it is over, as things stand now: purged or merged before `bound`, not taken back, under no hold."""
        mark = await self._library.head(f"purges/{asset}")
        if mark is None or mark.modified >= bound:
            return False
        curation = await self._facet(facet_object(asset, 0, "curation"))
        return curation is None or not curation.data.get("fields", {}).get(HOLD)

    async def end(self, asset: str) -> None:
        """Idempotent: whoever crashes finds the mark again, and begins anew."""
        facets = [info.key for info in await self._library.listing(f"facets/{asset}/")]
        files = [facet for key in facets if key.endswith("/file.json") and (facet := await self._facet(key))]
        head = await self._facet(facet_object(asset, 0, "head"))
        purged = head is None or HeadFacet.model_validate(head.data).state != "merged"
        own = await self._own_files(asset)
        originals: set[str] = set()
        for file in files:
            data = FileFacet.model_validate(file.data)
            if purged and not await self._is_back(data):
                await self._take_out(data)  # of a merged asset the file is its heir's
            held = {one for one in (data.sha256, *(other.sha256 for other in data.companions), *own) if one}
            for sha256 in held:
                await self._forget(f"refs/{sha256}/{asset}/{file.version}")
            originals |= held
        step("collector.references-forgotten")
        if head is not None and purged:
            key = FileFacet.model_validate(files[-1].data).key if files else ""
            await self._prove(asset, key, originals, len(facets))
        for key in facets:
            await self._tombstone(ASSET_METADATA.name, key.removeprefix("facets/").removesuffix(".json"), asset)
        step("collector.tombstoned")
        for key in facets:
            await self._forget(key)
        await self._forget(f"purges/{asset}")

    async def _prove(self, asset: str, key: str, originals: set[str], records: int) -> None:
        """What was there, once and for all in its history; whoever ends it again after a crash finds the proof.

        originals: content of all its versions, of files that came with them, and of people's own files for presets.
        """
        mark = await self._library.head(f"purges/{asset}")
        since = mark.modified.isoformat() if mark else ""
        told = {
            "event": "Ended: its records and references are deleted",
            "at": (await self._library.now()).isoformat(),
            "key": key,
            "originals": sorted(originals),
            "records": records,
        }
        with suppress(Exists):
            await self._library.put(f"history/asset/{asset}/{since}{ENDED_NOTE}", json.dumps(told).encode(), new=True)

    async def _own_files(self, asset: str) -> set[str]:
        """Content that people ever set for one preset: whatever was made of it, a version refers to it since."""
        notes = [info.key for info in await self._library.listing(f"history/asset/{asset}/") if DECIDED in info.key]
        found: set[str] = set()
        for key in notes:
            stored = await self._library.get(key)
            fields = Decision.model_validate_json(stored.body).set if stored else {}
            found |= {str(value) for name, value in fields.items() if name.startswith("file:")}
        return found

    async def _is_back(self, file: FileFacet) -> bool:
        """Whether it was an edition that has been split again: the file is that asset's, which lives on."""
        head = await self._facet(facet_object(file.taken_from, 0, "head")) if file.taken_from else None
        return head is not None and HeadFacet.model_validate(head.data).state not in ENDED

    async def _take_out(self, file: FileFacet) -> None:
        """The very object version that was taken. A plain one is replaced in place: its time and size tell it."""
        if file.bucket != self._inbox.name:
            return
        if file.version_id and file.version_id != "null":
            await self._inbox.remove(file.key, file.version_id)
        elif (there := await self._inbox.head(file.key)) and (there.size, there.modified) == (file.bytes, file.arrived):
            await self._inbox.delete(file.key)

    async def _facet(self, key: str) -> Facet | None:
        stored = await self._library.get(key)
        return Facet.model_validate_json(stored.body) if stored else None

    async def _forget(self, key: str) -> None:
        for info in await self._library.versions(key):
            await self._library.remove(key, info.version_id)
