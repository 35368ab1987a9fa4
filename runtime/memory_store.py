"""Object storage's twin in memory: versions, conditional writes, a clock that tests own."""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runtime.metadata import Told
from runtime.objects import PAGE, Exists, Missing, ObjectInfo, Stored
from runtime.outage import Unavailable


class MemoryBucket:
    """`Bucket` in memory. `down = True` plays an outage; `ahead` moves its clock."""

    def __init__(self, name: str, *, versioned: bool = True) -> None:
        self.name, self.versioned = name, versioned
        self.down = False
        self.ahead = timedelta()
        self._objects: dict[str, list[tuple[ObjectInfo, bytes]]] = defaultdict(list)
        self._count = 0
        self.metadata: dict[str, dict[str, str]] = {}
        """Key → what its uploader wrote about it."""
        self.tags: dict[tuple[str, str], dict[str, str]] = {}
        """Key and version id → the object tags of that version."""

    async def now(self) -> datetime:
        """See `Bucket.now`."""
        return datetime.now(UTC) + self.ahead

    def _current(self, key: str) -> tuple[ObjectInfo, bytes] | None:
        if self.down:
            raise Unavailable("memory store is down")
        history = self._objects.get(key)
        return None if not history or history[-1][0].deleted else history[-1]

    async def _write(self, key: str, body: bytes, *, deleted: bool = False, plain: bool = False) -> str:
        self._count += 1
        etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
        version = f"v{self._count:06d}" if self.versioned and not plain else "null"
        if version == "null":
            self._objects[key] = [kept for kept in self._objects[key] if kept[0].version_id != "null"]
        info = ObjectInfo(key, len(body), etag, await self.now(), version, deleted)
        self._objects[key].append((info, body))
        return etag

    async def get(self, key: str) -> Stored | None:
        """See `Bucket.get`."""
        found = self._current(key)
        return Stored(found[1], found[0].etag) if found else None

    async def read(self, key: str, part: range) -> bytes:
        """See `Bucket.read`."""
        found = self._current(key)
        if not found:
            raise Missing(key)
        return found[1][part.start : part.stop]

    async def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        if_match: str | None = None,
        new: bool = False,
    ) -> str:
        """See `Bucket.put`."""
        found = self._current(key)
        if (new and found) or (if_match is not None and (not found or found[0].etag != if_match)):
            raise Exists(key)
        return await self._write(key, body)

    async def put_plain(self, key: str, body: bytes) -> str:
        """As the SFTP and WebDAV doors do: a `null` version, replaced in place."""
        return await self._write(key, body, plain=True)

    async def put_file(self, key: str, path: Path, *, content_type: str, new: bool = False) -> None:
        """See `Bucket.put_file`."""
        if self._current(key) and new:
            raise Exists(key)
        await self._write(key, path.read_bytes())

    async def fetch(
        self,
        key: str,
        path: Path,
        *,
        version_id: str = "",
        if_match: str | None = None,
        seen: Callable[[bytes], None] | None = None,
        told: Callable[[Told], None] | None = None,
    ) -> int:
        """See `Bucket.fetch`."""
        found = self._current(key)
        if version_id:
            found = next((kept for kept in self._objects[key] if kept[0].version_id == version_id), None)
        if found is None or found[0].deleted:
            raise Missing(key)
        if if_match is not None and found[0].etag != if_match:
            raise Exists(key)
        path.write_bytes(found[1])
        if told:
            told(Told(self.metadata.get(key, {}), self.tags.get((key, found[0].version_id), {})))
        if seen:
            seen(found[1])
        return len(found[1])

    async def head(self, key: str) -> ObjectInfo | None:
        """See `Bucket.head`."""
        found = self._current(key)
        return found[0] if found else None

    async def listing(self, prefix: str) -> list[ObjectInfo]:
        """See `Bucket.listing`."""
        current = [self._current(key) for key in sorted(self._objects) if key.startswith(prefix)]
        return [found[0] for found in current if found]

    async def pages(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """See `Bucket.pages`."""
        found = await self.listing(prefix)
        for at in range(0, len(found), PAGE):
            yield found[at : at + PAGE]

    async def versions(self, key: str) -> list[ObjectInfo]:
        """See `Bucket.versions`."""
        self._current(key)
        return [info for info, _ in self._objects.get(key, [])]

    async def delete(self, key: str) -> None:
        """See `Bucket.delete`."""
        if self._current(key):
            await self._write(key, b"", deleted=True)

    async def history(self, prefix: str) -> list[ObjectInfo]:
        """See `Bucket.history`."""
        return [info for key in sorted(self._objects) if key.startswith(prefix) for info in await self.versions(key)]

    async def histories(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """See `Bucket.histories`."""
        for key in sorted(self._objects):
            if key.startswith(prefix) and (found := await self.versions(key)):
                yield found

    async def remove(self, key: str, version_id: str) -> None:
        """See `Bucket.remove`."""
        self._current(key)
        self._objects[key] = [kept for kept in self._objects[key] if kept[0].version_id != version_id]

    async def renew(self, key: str) -> bool:
        """See `Bucket.renew`."""
        found = self._current(key)
        if found:
            await self._write(key, found[1])
        return bool(found)
