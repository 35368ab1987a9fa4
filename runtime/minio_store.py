"""All of S3 by the minio client: short time-outs, one client a process, blocking calls on threads."""

import asyncio
import errno
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

import urllib3
from minio import Minio
from minio.commonconfig import REPLACE, CopySource
from minio.error import InvalidResponseError, S3Error, ServerError

from runtime import versions
from runtime.at_work import bounded
from runtime.config import Settings
from runtime.metadata import Coming, Told, is_tagged, metadata_of
from runtime.objects import PAGE, Exists, Missing, ObjectInfo, Stored
from runtime.outage import Unavailable
from runtime.room import Room

T = TypeVar("T")
Headers = dict[str, str | list[str] | tuple[str]]
THREADS = 16
BLOCK = 256 * 1024
SMALL = 16 * 1024 * 1024
"""Up to here one PUT; above, the client's multipart upload."""
LONGEST_S = 3600.0
"""Of one transfer."""
SLOWEST_BYTES_S = 1024 * 1024
"""A transfer slower than this is an outage (multipart of the client has no time-out of its own)."""
_GONE = {"NoSuchKey", "NoSuchVersion", "NoSuchObject", "MethodNotAllowed"}
REGION = "set PACKSHOT_S3_REGION to its own"
_RACED = {"PreconditionFailed", "ConditionalRequestConflict"}


def client_of(settings: Settings) -> Minio:
    """A client with our time-outs. Its defaults (300 s, 5 retries) turn a dead server into half an hour."""
    pool = urllib3.PoolManager(
        ca_certs=str(settings.s3_ca) if settings.s3_ca else None,
        timeout=urllib3.Timeout(connect=settings.s3_connect_s, read=settings.s3_read_s),
        maxsize=THREADS,
        retries=urllib3.Retry(total=2, connect=1, read=0, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
    )
    return Minio(
        settings.s3_endpoint,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        secure=settings.s3_secure,
        region=settings.s3_region,
        http_client=pool,
    )


def elsewhere(said: str) -> bool:
    """Whether an error says that its bucket is in another region than the one that we sign for."""
    return any(word in said for word in ("AuthorizationHeaderMalformed", "PermanentRedirect", "use region"))


def etag_of(value: str | None) -> str:
    """Without its quotes."""
    return (value or "").strip('"')


def _info(found: Any) -> ObjectInfo:
    modified = found.last_modified or datetime.fromtimestamp(0, UTC)
    version = found.version_id or ""
    return ObjectInfo(
        found.object_name,
        found.size or 0,
        etag_of(found.etag),
        modified,
        version,
        bool(getattr(found, "is_delete_marker", False)),
    )


def _oldest_first(listed: list[ObjectInfo]) -> list[ObjectInfo]:
    """By key; it was newest first, and the sort is stable, so that one second keeps its order."""
    listed.reverse()
    return sorted(listed, key=lambda info: (info.key, info.modified))


class Left(Exception):
    """Whoever asked for the transfer has left: the thread ends, and touches no file any more."""


class _Reading:
    """A file that can be read until `left` is set."""

    def __init__(self, file: IO[bytes], left: threading.Event) -> None:
        self._file, self._left = file, left

    def read(self, size: int = -1) -> bytes:
        """Raises Left."""
        if self._left.is_set():
            raise Left
        return self._file.read(size)


async def _ended(work: Future[T]) -> None:
    """Wait until the thread has let go, however often we are cancelled meanwhile. Raises CancelledError then."""
    thread, cancelled = asyncio.wrap_future(work), False
    while not thread.done():
        try:
            await asyncio.wait([thread])
        except asyncio.CancelledError:
            cancelled = True
    if not thread.cancelled():
        thread.exception()  # it is nobody's any more
    if cancelled:
        raise asyncio.CancelledError


def _advice(error: S3Error) -> str:
    """What somebody has to mend, while we wait; nothing for other errors."""
    if elsewhere(f"{error.code} {error.message}"):
        return REGION
    if error.code in ("NoSuchBucket", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
        return "check its name and keys"
    return "set the clock of this machine" if error.code == "RequestTimeTooSkewed" else ""


class MinioBucket:
    """`Bucket` over S3."""

    def __init__(self, client: Minio, name: str, threads: ThreadPoolExecutor, room: Room | None = None) -> None:
        """`room`: of the disk that `fetch` writes to; None: without a bound."""
        self.name = name
        self._client, self._threads, self._room = client, threads, room

    async def _transfer(self, call: Callable[[threading.Event], T], patience_s: float) -> T:
        """Like `_run`, for calls that use files: nobody leaves before the thread has let go of them.

        `call` looks at the event before it opens a file and at each block, and raises Left when it is set. So a file
        that is cancelled is never written or read later, when its folder is another job's.
        """
        left = threading.Event()
        work = self._threads.submit(call, left)
        try:
            return await self._answer(work, patience_s)
        finally:
            left.set()
            if not work.done():
                await _ended(work)

    async def _run(self, call: Callable[[], T], *, patience_s: float = 60) -> T:
        return await self._answer(self._threads.submit(call), patience_s)

    async def _answer(self, work: Future[T], patience_s: float) -> T:
        """What the thread answers. Raises the port's errors."""
        try:
            with bounded():
                return await asyncio.wait_for(asyncio.wrap_future(work), patience_s)
        except S3Error as error:
            if error.code in _RACED:
                raise Exists(str(error.object_name)) from error
            if error.code in _GONE:
                raise Missing(str(error.object_name)) from error
            if advice := _advice(error):
                raise Unavailable(f"S3: {error.code} for bucket {self.name}: {advice}") from error
            if error.response is not None and error.response.status < 500 and error.code != "SlowDown":
                raise
            raise Unavailable(f"S3: {error}") from error
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise Unavailable(f"The disk of {error.filename or 'the spool'} is full: free some space") from error
            raise Unavailable(f"S3: {type(error).__name__}: {error}") from error
        except (urllib3.exceptions.HTTPError, InvalidResponseError, ServerError) as error:
            raise Unavailable(f"S3: {type(error).__name__}: {error}") from error

    async def get(self, key: str) -> Stored | None:
        """See `Bucket.get`."""

        def call() -> Stored:
            response = self._client.get_object(self.name, key)
            try:
                return Stored(response.data, etag_of(response.headers.get("ETag")))
            finally:
                response.close()
                response.release_conn()

        try:
            return await self._run(call)
        except Missing:
            return None

    async def read(self, key: str, part: range) -> bytes:
        """See `Bucket.read`."""

        def call() -> bytes:
            response = self._client.get_object(self.name, key, offset=part.start, length=len(part))
            try:
                return response.data
            finally:
                response.close()
                response.release_conn()

        return await self._run(call)

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
        headers: Headers = {"Content-Type": content_type}
        if new:
            headers["If-None-Match"] = "*"
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        try:
            # The public put_object knows no conditions (minio 7.2); the pin below 8 keeps this name.
            written = await self._run(lambda: self._client._put_object(self.name, key, body, headers))
        except Missing as error:  # If-Match on a key that is not there
            raise Exists(key) from error
        return etag_of(written.etag)

    async def put_file(self, key: str, path: Path, *, content_type: str, new: bool = False) -> None:
        """See `Bucket.put_file`."""
        size = path.stat().st_size
        if size <= SMALL:
            await self.put(key, await asyncio.to_thread(path.read_bytes), content_type=content_type, new=new)
            return
        if new and await self.head(key):  # the client's multipart upload knows no condition
            raise Exists(key)

        def call(left: threading.Event) -> None:
            if left.is_set():
                raise Left
            with path.open("rb") as file:
                reading: Any = _Reading(file, left)
                self._client.put_object(self.name, key, reading, size, content_type=content_type)

        await self._transfer(call, 60 + size / SLOWEST_BYTES_S)

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

        def call(left: threading.Event) -> int:
            size = 0
            with self._opened(key, version_id, if_match) as coming:
                if left.is_set():
                    raise Left
                if told:
                    told(self._told(key, version_id, coming))
                with self._room.take(path, coming.size) if self._room else nullcontext(), path.open("wb") as spool:
                    for block in coming.blocks:
                        if left.is_set():
                            raise Left
                        spool.write(block)
                        size += len(block)
                        if seen:
                            seen(block)
            return size

        return await self._transfer(call, LONGEST_S)

    def _told(self, key: str, version_id: str, coming: Coming) -> Told:
        """Headers hold the metadata; tags take a request of their own: names that are not ASCII are in no header."""
        tagged = is_tagged(coming.headers)
        tags = self._client.get_object_tags(self.name, key, version_id=version_id or None) if tagged else None
        return Told(metadata_of(coming.headers), dict(tags or {}))

    @contextmanager
    def _opened(self, key: str, version_id: str, if_match: str | None) -> Iterator[Coming]:
        """What comes."""
        headers: Headers | None = {"If-Match": f'"{if_match}"'} if if_match else None
        response = self._client.get_object(self.name, key, version_id=version_id or None, request_headers=headers)
        try:
            size = int(response.headers.get("Content-Length") or 0)
            yield Coming(size, response.headers, response.stream(BLOCK))
        finally:
            response.close()
            response.release_conn()

    async def head(self, key: str) -> ObjectInfo | None:
        """See `Bucket.head`."""
        try:
            return _info(await self._run(lambda: self._client.stat_object(self.name, key)))
        except Missing:
            return None

    async def listing(self, prefix: str) -> list[ObjectInfo]:
        """See `Bucket.listing`."""
        found = await self._run(
            lambda: list(self._client.list_objects(self.name, prefix=prefix, recursive=True)), patience_s=600
        )
        return [_info(item) for item in found if not item.is_dir]

    async def pages(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """See `Bucket.pages`."""
        listed = self._client.list_objects(self.name, prefix=prefix, recursive=True)
        while found := await self._run(lambda: list(islice(listed, PAGE))):
            yield [_info(item) for item in found if not item.is_dir]

    def _history(self, prefix: str) -> Iterator[list[ObjectInfo]]:
        """Pages as the store gives them: by key, of one key newest first."""
        after: dict[str, str] = {}
        while True:
            answer = self._client._execute("GET", self.name, query_params=versions.query(prefix, after))
            page, after = versions.parse(answer.data)
            yield page
            if not after:
                return

    def _versions(self, prefix: str) -> list[ObjectInfo]:
        return [info for page in self._history(prefix) for info in page]

    async def versions(self, key: str) -> list[ObjectInfo]:
        """See `Bucket.versions`."""
        listed = [info for info in await self._run(lambda: self._versions(key)) if info.key == key]
        found = [standing for info in listed if (standing := await self._plain(info))]
        found.reverse()  # it was newest first; the sort is stable, so that one second keeps its order
        return sorted(found, key=lambda info: info.modified)

    async def history(self, prefix: str) -> list[ObjectInfo]:
        """See `Bucket.history`."""
        found = await self._run(lambda: self._versions(prefix), patience_s=LONGEST_S)
        return _oldest_first(found)

    async def histories(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """See `Bucket.histories`."""
        pages, open_ = self._history(prefix), list[ObjectInfo]()
        while (page := await self._run(lambda: next(pages, None))) is not None:
            open_ += page
            last = open_[-1].key if open_ else ""  # what is next may be of it, too
            whole = [info for info in open_ if info.key != last]
            open_ = [info for info in open_ if info.key == last]
            if whole:
                yield _oldest_first(whole)
        if open_:
            yield _oldest_first(open_)

    async def _plain(self, info: ObjectInfo) -> ObjectInfo | None:
        """A `null` version as GET and plain listings know it: of one in several chunks SeaweedFS lists another etag."""
        if info.version_id != "null" or info.deleted:
            return info
        try:
            found = _info(await self._run(lambda: self._client.stat_object(self.name, info.key, version_id="null")))
        except Missing:
            return None  # removed since it was listed
        # Of an empty one HEAD knows no time.
        return replace(info, etag=found.etag, size=found.size, modified=max(info.modified, found.modified))

    async def now(self) -> datetime:
        """See `Bucket.now`: the Date header of an answer."""

        def call() -> datetime:
            answer = self._client._execute("HEAD", self.name)
            return parsedate_to_datetime(answer.headers["Date"])

        return await self._run(call)

    async def delete(self, key: str) -> None:
        """See `Bucket.delete`."""
        await self._run(lambda: self._client.remove_object(self.name, key))

    async def remove(self, key: str, version_id: str) -> None:
        """See `Bucket.remove`."""
        await self._run(lambda: self._client.remove_object(self.name, key, version_id=version_id))

    async def renew(self, key: str) -> bool:
        """See `Bucket.renew`: a copy onto itself, which S3 takes where the directive is to replace."""
        source = CopySource(self.name, key)
        try:
            found = await self._run(lambda: self._client.stat_object(self.name, key))
            kept: Headers = {"Content-Type": found.content_type or "application/octet-stream"}
            await self._run(
                lambda: self._client.copy_object(self.name, key, source, metadata=kept, metadata_directive=REPLACE),
                patience_s=LONGEST_S,
            )
        except Missing:
            return False
        return True
