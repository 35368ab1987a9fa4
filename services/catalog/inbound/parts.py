"""Uploads in parts, straight into the inbox: what is there already is not sent again. The store keeps all of it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

from minio import Minio
from minio.datatypes import Part as MinioPart
from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3.exceptions import HTTPError

from runtime.outage import Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")
KEPT = timedelta(hours=24)
"""So long an upload may stay unfinished."""
ROUND_S = 3600.0
URL_GOOD = timedelta(hours=1)
LEAST_BYTES = 16 * 1024 * 1024
"""Of a part but the last."""
MOST_PARTS = 1000
"""Listed in one answer of the store's."""


class NoUpload(Exception):
    """No upload of that id and name is open: it was completed, given up, or is over a day old."""


class Part(NamedTuple):
    """One that the store has."""

    number: int
    bytes: int
    etag: str


class Open(NamedTuple):
    """An upload that is not completed."""

    key: str
    upload: str
    begun: datetime


class Parts(Protocol):
    """The inbox, for uploads in parts. Every method but `url` raises Unavailable; those about one upload NoUpload."""

    async def begin(self, key: str) -> str:
        """The id of a new upload."""

    async def url(self, key: str, upload: str, number: int) -> str:
        """Takes one PUT of that part within the hour."""

    async def there(self, key: str, upload: str) -> list[Part]:
        """What it has, by number. SeaweedFS keeps a part that was sent again beside the one before."""

    async def complete(self, key: str, upload: str, parts: Sequence[Part]) -> None:
        """Makes the file of them."""

    async def abort(self, key: str, upload: str) -> None:
        """Gives it up: its parts are gone."""

    async def unfinished(self) -> list[Open]:
        """All that are open."""


def part_bytes(size: int) -> int:
    """How long the parts of a file of so many bytes are: whole MiB, a thousand parts at most."""
    return max(LEAST_BYTES, -(-size // (MOST_PARTS << 20)) << 20)


class InboxParts:
    """On the real store. `public`: a client of the address that whoever uploads reaches it by."""

    def __init__(self, client: Minio, public: Minio, bucket: str) -> None:
        self._client, self._public, self._bucket = client, public, bucket

    async def begin(self, key: str) -> str:
        """See Parts."""
        headers: Any = {"Content-Type": "application/octet-stream"}
        return await self._do(lambda: str(self._client._create_multipart_upload(self._bucket, key, headers)))

    async def url(self, key: str, upload: str, number: int) -> str:
        """See Parts."""
        asked: Any = {"partNumber": str(number), "uploadId": upload}
        sign = self._public.get_presigned_url
        return await asyncio.to_thread(sign, "PUT", self._bucket, key, URL_GOOD, extra_query_params=asked)

    async def there(self, key: str, upload: str) -> list[Part]:
        """See Parts."""
        found = await self._do(lambda: self._client._list_parts(self._bucket, key, upload, max_parts=MOST_PARTS))
        return sorted({Part(one.part_number, one.size or 0, one.etag.strip('"')) for one in found.parts})

    async def complete(self, key: str, upload: str, parts: Sequence[Part]) -> None:
        """See Parts."""
        told = [MinioPart(one.number, one.etag) for one in parts]
        await self._do(lambda: self._client._complete_multipart_upload(self._bucket, key, upload, told))

    async def abort(self, key: str, upload: str) -> None:
        """See Parts."""
        await self._do(lambda: self._client._abort_multipart_upload(self._bucket, key, upload))

    async def unfinished(self) -> list[Open]:
        """See Parts."""
        found = await self._do(lambda: self._client._list_multipart_uploads(self._bucket, max_uploads=1000))
        return [
            Open(one.object_name, one.upload_id or "", one.initiated_time or datetime.now(UTC)) for one in found.uploads
        ]

    async def _do(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(call)
        except S3Error as error:
            if error.code == "NoSuchUpload":
                raise NoUpload from error
            raise Unavailable(f"object storage: {error.code}: {error.message}") from error
        except (HTTPError, ServerError, InvalidResponseError) as error:
            raise Unavailable(f"object storage: {error!r}") from error


async def clean(parts: Parts, now: datetime) -> int:
    """Gives up what is unfinished for over a day; how many that were. Raises Unavailable."""
    late = [one for one in await parts.unfinished() if now - one.begun > KEPT]
    for one in late:
        try:
            await parts.abort(one.key, one.upload)
        except NoUpload:
            continue  # completed meanwhile, or another process was first
        log.info("an upload that nobody finished was given up", extra={"fields": {"subject": one.key}})
    return len(late)


async def cleaning(parts: Parts) -> None:
    """Goes on until it is cancelled: once an hour."""
    while True:
        try:
            await clean(parts, datetime.now(UTC))
        except Unavailable as error:
            log.warning("unfinished uploads are looked at later: %s", error)
        await asyncio.sleep(ROUND_S)
