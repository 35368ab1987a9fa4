"""One round of teaching: learn where enough has changed, then have what is there already tagged by the new heads."""

import asyncio
import logging
from contextlib import suppress

from runtime.bulk import Jobs
from runtime.jobs import ChildDied, SpawnFailed, WorkFailed
from runtime.objects import Bucket, Exists
from runtime.publisher import Outgoing, Publisher
from runtime.steps import step
from schemas.topics import ASSET_RERUN
from services.tagger.stale import survey
from services.tagger.taught.again import only_taught_differs
from services.tagger.taught.heads import Versions
from services.tagger.taught.lesson import load, save
from services.tagger.taught.levelling import LEVEL_S, Levelling
from services.tagger.taught.teacher import Teacher

log = logging.getLogger(__name__)


class Lessons:
    """One round: learn where enough has changed; once every tagger has the new heads, have the library say them."""

    def __init__(
        self, library: Bucket, teacher: Teacher, levelling: Levelling, versions: Versions, publisher: Publisher,
        settle_s: float = 2 * LEVEL_S,
    ) -> None:  # fmt: skip
        self._library, self._teacher, self._levelling = library, teacher, levelling
        self._versions, self._publisher, self._settle_s = versions, publisher, settle_s

    async def round(self) -> None:
        """Raises Unavailable. What goes wrong in a learning costs that learning only."""
        await self._levelling.once()
        try:
            results = await self._teacher.look()
        except (WorkFailed, ChildDied, SpawnFailed) as error:
            log.error("the shop's own words were not learnt this time: %s", error)
            return
        for about, result in (results or {}).items():
            log.info("taught %s: %s", about or "words", result)
        await self.tell()

    async def tell(self) -> int:
        """Send what other heads have tagged to be tagged again, once for each set of heads; how many.

        Only where nothing but taught tags differs: other models are for `packshot retag --stale`.
        """
        await self._levelling.once()
        last, etag = await load(self._library)
        taught, now = self._versions.taught, dict(self._versions)
        if last.told == taught:
            return 0
        await asyncio.sleep(self._settle_s)  # who has not levelled yet would say the old ones once more
        about = "+".join(f"{name}-{version}" for name, version in sorted(now.items()))
        found = await survey(self._library, lambda models: only_taught_differs(models, self._versions))
        outs = [Outgoing(ASSET_RERUN, one.asset_id, one, ("tags", one.version, about)) for one in found.stale]
        await Jobs(self._library).send(self._publisher, "retag: taught words", "tagger", outs)
        step("taught.told")
        with suppress(Exists):  # somebody learns at the same time, and will tell
            await save(self._library, last.model_copy(update={"told": taught}), etag)
        return len(found.stale)
