"""Object storage over S3: the frequent calls by obstore, which takes a third of the CPU, and the rest by minio."""

import os
import re
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import obstore
from minio import Minio
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    InvalidPathError,
    NotSupportedError,
    PreconditionError,
)
from obstore.store import S3Store

from runtime.at_work import bounded
from runtime.config import Settings
from runtime.metadata import Coming
from runtime.minio_store import BLOCK, LONGEST_S, REGION, THREADS, MinioBucket, client_of, elsewhere, etag_of
from runtime.objects import PAGE, Exists, Missing, ObjectInfo, Stored
from runtime.outage import Unavailable
from runtime.room import Room

_STATUS = re.compile(r"status code: (\d+)")
_AWAY = {401, 403, 408, 429}
"""Answers below 500 that pass, once somebody has mended the keys or the store has time again."""
_FOREIGN = re.compile(r"AWS_.*|(ALL|HTTP|HTTPS|NO)_PROXY", re.IGNORECASE)
_OURS = (InvalidPathError, NotSupportedError)
"""Errors that no waiting mends."""
_environment = threading.Lock()


@contextmanager
def own_settings_only() -> Iterator[None]:
    """While clients are made: obstore would follow variables of the environment that minio does not know."""
    with _environment:
        foreign = {name: value for name, value in os.environ.items() if _FOREIGN.fullmatch(name)}
        for name in foreign:
            del os.environ[name]
        try:
            yield
        finally:
            os.environ.update(foreign)


def quick_of(settings: Settings, bucket: str) -> S3Store:
    """A client of that bucket with our time-outs. Raises OSError where the authority's file cannot be read."""
    with own_settings_only():
        return S3Store(
            bucket,
            endpoint=f"{'https' if settings.s3_secure else 'http'}://{settings.s3_endpoint}",
            access_key_id=settings.s3_access_key,
            secret_access_key=settings.s3_secret_key,
            region=settings.s3_region,
            virtual_hosted_style_request=False,
            conditional_put="etag",
            client_options={
                "allow_http": not settings.s3_secure,
                **({"root_certificate": settings.s3_ca.read_bytes()} if settings.s3_ca else {}),
                "connect_timeout": timedelta(seconds=settings.s3_connect_s),
                "read_timeout": timedelta(seconds=settings.s3_read_s),
                "timeout": timedelta(seconds=LONGEST_S),
            },
            # Who asks rides outages out himself; a conditional PUT that is sent again would meet its own first try.
            retry_config={"max_retries": 0},
        )


def nameable(key: str) -> bool:
    """Whether obstore can name it: it knows no empty and no dotted parts, which names of files may have."""
    return key.isprintable() and not {"", ".", ".."} & set(key.split("/"))


class QuickBucket(MinioBucket):
    """`Bucket` over S3, for keys that are ours: in people's there may be what obstore cannot name."""

    def __init__(
        self, quick: S3Store, client: Minio, name: str, threads: ThreadPoolExecutor, room: Room | None = None
    ) -> None:
        """`room`: of the disk that `fetch` writes to; None: without a bound."""
        super().__init__(client, name, threads, room)
        self._quick = quick

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        """What obstore raises, as the port's errors. It gives up by itself."""
        try:
            with bounded():
                yield
        except (FileNotFoundError, BaseError) as error:
            # An S3 answers a condition on a key that is not there with 404, a delete marker's version with 405.
            said = str(error).partition("\n")[0]
            status = int(found[1]) if (found := _STATUS.search(said)) else 0
            if "NoSuchBucket" in str(error) or status in (401, 403):
                hint = "NoSuchBucket" if "NoSuchBucket" in str(error) else said
                raise Unavailable(f"S3: {hint} for bucket {self.name}: check its name and keys") from error
            if elsewhere(str(error)):
                raise Unavailable(f"S3: {said} for bucket {self.name}: {REGION}") from error
            if isinstance(error, FileNotFoundError) or status in (404, 405):
                raise Missing(key) from error
            if isinstance(error, (AlreadyExistsError, PreconditionError)) or status in (409, 412):
                raise Exists(key) from error
            if isinstance(error, _OURS) or (400 <= status < 500 and status not in _AWAY):
                raise
            raise Unavailable(f"S3: {said}") from error

    async def get(self, key: str) -> Stored | None:
        """See `Bucket.get`."""
        if not nameable(key):
            return await super().get(key)
        try:
            with self._errors(key):
                answer = await obstore.get_async(self._quick, key)
                body = await answer.bytes_async()
        except Missing:
            return None
        return Stored(bytes(body), etag_of(answer.meta["e_tag"]))

    async def read(self, key: str, part: range) -> bytes:
        """See `Bucket.read`."""
        if not nameable(key):
            return await super().read(key, part)
        with self._errors(key):
            return bytes(await obstore.get_range_async(self._quick, key, start=part.start, end=part.stop))

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
        if not nameable(key):
            return await super().put(key, body, content_type=content_type, if_match=if_match, new=new)
        mode: Any = {"e_tag": f'"{if_match}"'} if if_match is not None else "create" if new else "overwrite"
        about = {"Content-Type": content_type}
        try:
            with self._errors(key):
                written = await obstore.put_async(
                    self._quick, key, body, attributes=about, mode=mode, use_multipart=False
                )
        except Missing as error:  # If-Match on a key that is not there
            raise Exists(key) from error
        return etag_of(written["e_tag"])

    async def head(self, key: str) -> ObjectInfo | None:
        """See `Bucket.head`."""
        if not nameable(key):
            return await super().head(key)
        try:
            with self._errors(key):
                return _info(await obstore.head_async(self._quick, key))
        except Missing:
            return None

    async def listing(self, prefix: str) -> list[ObjectInfo]:
        """See `Bucket.listing`."""
        folder = prefix.removesuffix("/")
        if folder == prefix or not nameable(folder):  # obstore lists folders only
            return await super().listing(prefix)
        try:
            with self._errors(prefix):
                found = await obstore.list(self._quick, prefix).collect_async()
        except InvalidPathError:
            return await super().listing(prefix)
        return sorted(map(_info, found), key=lambda info: info.key)

    async def pages(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """See `Bucket.pages`."""
        folder = prefix.removesuffix("/")
        if folder != prefix and nameable(folder):
            try:
                with self._errors(prefix):
                    async for page in obstore.list(self._quick, prefix, chunk_size=PAGE):
                        yield list(map(_info, page))
                return
            except InvalidPathError:  # somewhere in there is a key that it cannot name
                pass
        async for listed in super().pages(prefix):
            yield listed

    @contextmanager
    def _opened(self, key: str, version_id: str, if_match: str | None) -> Iterator[Coming]:
        if not nameable(key):
            with super()._opened(key, version_id, if_match) as opened:
                yield opened
            return
        options: Any = {"version": version_id} if version_id else {}
        options |= {"if_match": f'"{if_match}"'} if if_match else {}
        with self._errors(key):
            answer = obstore.get(self._quick, key, options=options)
        yield Coming(answer.meta["size"], {}, self._blocks(key, answer))  # the library's objects are our own

    def _blocks(self, key: str, answer: Any) -> Iterator[Any]:
        with self._errors(key):
            yield from answer.stream(BLOCK)


def _info(found: Any) -> ObjectInfo:
    return ObjectInfo(
        found["path"], found["size"], etag_of(found["e_tag"]), found["last_modified"], found["version"] or ""
    )


class Store:
    """The buckets of one process over one client of each kind."""

    def __init__(self, settings: Settings, room: Room | None = None) -> None:
        self.client, self._settings, self._room = client_of(settings), settings, room
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")

    def bucket(self, name: str) -> MinioBucket:
        """The bucket of that name; nothing is asked yet."""
        if name != self._settings.library_bucket:
            return MinioBucket(self.client, name, self.threads, self._room)
        return QuickBucket(quick_of(self._settings, name), self.client, name, self.threads, self._room)

    def close(self) -> None:
        """Let go of threads."""
        self.threads.shutdown(wait=False, cancel_futures=True)
