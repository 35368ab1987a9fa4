"""Uploads in parts, in memory."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from services.catalog.inbound.parts import NoUpload, Open, Part


class MemoryParts:
    """`files`: what was completed. `put` is what a browser does with a URL; a part that comes again lies beside."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._open: dict[tuple[str, str], dict[Part, bytes]] = {}

    async def begin(self, key: str) -> str:
        upload = f"u{len(self._open)}"
        self._open[key, upload] = {}
        return upload

    async def url(self, key: str, upload: str, number: int) -> str:
        return f"http://store/inbox/{key}?uploadId={upload}&partNumber={number}"

    def put(self, key: str, upload: str, number: int, body: bytes) -> None:
        self._open[key, upload][Part(number, len(body), hashlib.md5(body).hexdigest())] = body  # noqa: S324

    async def there(self, key: str, upload: str) -> list[Part]:
        return sorted(self._of(key, upload))

    async def complete(self, key: str, upload: str, parts: Sequence[Part]) -> None:
        had = self._of(key, upload)
        self.files[key] = b"".join(had[one] for one in parts)
        del self._open[key, upload]

    async def abort(self, key: str, upload: str) -> None:
        self._of(key, upload)
        del self._open[key, upload]

    async def unfinished(self) -> list[Open]:
        return [Open(key, upload, datetime.now(UTC)) for key, upload in self._open]

    def _of(self, key: str, upload: str) -> dict[Part, bytes]:
        if (key, upload) not in self._open:
            raise NoUpload
        return self._open[key, upload]
