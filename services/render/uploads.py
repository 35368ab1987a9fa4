"""Renditions on their way to the library while the next ones are made."""

import asyncio

from runtime import metrics
from runtime.objects import Bucket, Exists

MEDIA = {
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "png": "image/png",
    "tiff": "image/tiff",
    "gif": "image/gif",
    "glb": "model/gltf-binary",
    "usdz": "model/vnd.usdz+zip",
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
}


class Uploads:
    """A context: whoever leaves it early (an error, a revoked partition) leaves no upload running.

    earlier: by key, the bytes that were there already, and stay: nothing is written over other bytes.
    """

    def __init__(self, library: Bucket) -> None:
        self._library = library
        self._tasks: list[asyncio.Task[None]] = []
        self.earlier: dict[str, bytes] = {}

    def start(self, key: str, kind: str, body: bytes) -> None:
        """Begin with one. kind: a key of MEDIA."""
        self._tasks.append(asyncio.create_task(self._upload(key, MEDIA[kind], body)))

    async def done(self) -> None:
        """Wait for all so far. Raises Unavailable."""
        await asyncio.gather(*self._tasks)

    async def _upload(self, key: str, media_type: str, body: bytes) -> None:
        try:
            await self._library.put(key, body, content_type=media_type, new=True)
        except Exists:
            if (stored := await self._library.get(key)) is not None and stored.body != body:
                self.earlier[key] = body = stored.body
            # Those bytes again: whoever uses an old object anew writes it anew, or the collector may take it away.
            await self._library.put(key, body, content_type=media_type)
        metrics.BYTES.labels("render", "out").inc(len(body))

    async def __aenter__(self) -> "Uploads":
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)  # none outlives the job
