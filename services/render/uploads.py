"""Renditions on their way to the library while the next ones are made."""

import asyncio

from runtime import metrics
from runtime.objects import Bucket
from schemas.facet import Rendition

MEDIA = {"jpeg": "image/jpeg", "webp": "image/webp"}


class Uploads:
    """A context: whoever leaves it early (an error, a revoked partition) leaves no upload running."""

    def __init__(self, library: Bucket) -> None:
        self._library = library
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, rendition: Rendition, body: bytes) -> None:
        """Begin with one."""
        self._tasks.append(asyncio.create_task(self._upload(rendition, body)))

    async def done(self) -> None:
        """Wait for all so far. Raises Unavailable."""
        await asyncio.gather(*self._tasks)

    async def _upload(self, rendition: Rendition, body: bytes) -> None:
        await self._library.put(rendition.key, body, content_type=MEDIA[rendition.format])
        metrics.BYTES.labels("render", "out").inc(len(body))

    async def __aenter__(self) -> "Uploads":
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)  # none outlives the job
