"""Says which verdicts have changed (topic `readiness`): at least once, and none is lost when it ends in between.

`verdicts/<part>.json.gz` in the library is what was told last. News is written there before it is said, and taken out
after it: who comes next says what may not have been said. A view that is filled anew finds what is written, and so has
nothing to say.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial

from runtime import metrics
from runtime.objects import Bucket, Exists
from runtime.publisher import Outgoing, Publisher
from runtime.steps import step
from schemas.readiness import ReadinessChanged
from schemas.topics import READINESS
from services.catalog.channels.standing import Part, Seen, followed

log = logging.getLogger(__name__)
FOLDER = "verdicts/"


class Watch:
    """may: whether this process is the one that tells, of a view that holds all."""

    def __init__(self, library: Bucket, publisher: Publisher, may: Callable[[], bool] = lambda: True) -> None:
        self._library, self._publisher, self.may = library, publisher, may

    async def note(self, part: str, seen: Seen, channels: Iterable[str], *, whole: bool) -> None:
        """These verdicts were found. whole: they are all of that part. Raises Unavailable."""
        if not self.may():
            return
        path = f"{FOLDER}{part}.json.gz"
        stored = await self._library.get(path)
        before = await asyncio.to_thread(Part.read, stored.body) if stored else None
        if before is None and not whole:
            return  # what the rest of it was, nobody has told yet
        if before and before.untold:
            await self._say(before.untold)
        follow = partial(followed, before, seen, channels, datetime.now(UTC), whole=whole)
        part_now, news = await asyncio.to_thread(follow)
        if part_now == before:
            return
        try:
            etag = stored.etag if stored else None
            if news:
                waiting = part_now.model_copy(update={"untold": news})
                etag = await self._put(path, waiting, etag)
                step("readiness.written")
                await self._say(news)
                step("readiness.said")
            await self._put(path, part_now, etag)
        except Exists:
            log.warning("another process tells of verdicts, too: %s is left to it", path)

    async def _put(self, path: str, part: Part, over: str | None) -> str:
        body = await asyncio.to_thread(part.body)
        return await self._library.put(path, body, content_type="application/gzip", if_match=over, new=over is None)

    async def _say(self, news: Iterable[ReadinessChanged]) -> None:
        told = list(news)
        await self._publisher.publish_all(Outgoing(READINESS, one.key, one) for one in told)
        for one in told:
            metrics.READINESS.labels(one.channel, one.after or "gone").inc()
