"""Object storage over S3: the frequent calls by obstore, which takes a third of the CPU, and the rest by minio."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import obstore
from minio import Minio
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from runtime.config import Settings
from runtime.minio_store import BLOCK, LONGEST_S, REGION, THREADS, MinioBucket, client_of, etag_of
from runtime.objects import Exists, Missing, ObjectInfo, Stored
from runtime.outage import Unavailable
from runtime.room import Room

TRIES = 2
"""Of a call that found no connection, or that the server answered with its own error."""
_OUR_FAULT = re.compile(r"status code: 4(?!01|03|08|29)\d\d")
"""Answers that no waiting changes: neither keys nor time-outs nor too many calls."""


def quick_of(settings: Settings, bucket: str) -> S3Store:
    """A client of that bucket with our time-outs."""
    return S3Store(
        bucket,
        endpoint=f"{'https' if settings.s3_secure else 'http'}://{settings.s3_endpoint}",
        access_key_id=settings.s3_access_key,
        secret_access_key=settings.s3_secret_key,
        region=REGION,
        virtual_hosted_style_request=False,
        conditional_put="etag",
        client_options={
            "allow_http": not settings.s3_secure,
            "connect_timeout": timedelta(seconds=settings.s3_connect_s),
            "read_timeout": timedelta(seconds=settings.s3_read_s),
            "timeout": timedelta(seconds=LONGEST_S),
        },
        retry_config={"max_retries": TRIES - 1},
    )


def nameable(key: str) -> bool:
    """Whether obstore can name it: it knows no empty and no dotted parts, which names of files may have."""
    return key.isprintable() and not {"", ".", ".."} & set(key.split("/"))


def _first_line(error: Exception) -> str:
    """The rest is its own structures."""
    return str(error).partition("\n")[0]


class S3Bucket(MinioBucket):
    """`Bucket` over S3."""

    def __init__(
        self, quick: S3Store, client: Minio, name: str, threads: ThreadPoolExecutor, room: Room | None = None
    ) -> None:
        """`room`: of the disk that `fetch` writes to; None: without a bound."""
        super().__init__(client, name, threads, room)
        self._quick = quick

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        """What obstore raises, as the port's errors."""
        try:
            yield
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise Unavailable(f"S3: NoSuchBucket for bucket {self.name}: check its name and keys") from error
            raise Missing(key) from error
        except (AlreadyExistsError, PreconditionError) as error:
            raise Exists(key) from error
        except BaseError as error:
            if _OUR_FAULT.search(_first_line(error)) and "NoSuchBucket" not in str(error):
                raise
            hint = f" for bucket {self.name}: check its name and keys" if _is_refused(error) else ""
            raise Unavailable(f"S3: {_first_line(error)}{hint}") from error

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
        with self._errors(prefix):
            found = await obstore.list(self._quick, prefix).collect_async()
        return sorted(map(_info, found), key=lambda info: info.key)

    @contextmanager
    def _opened(self, key: str, version_id: str, if_match: str | None) -> Iterator[tuple[int, Iterator[bytes]]]:
        if not nameable(key):
            with super()._opened(key, version_id, if_match) as opened:
                yield opened
            return
        options: Any = {"version": version_id or None, "if_match": f'"{if_match}"' if if_match else None}
        with self._errors(key):
            answer = obstore.get(self._quick, key, options=options)
        yield answer.meta["size"], self._blocks(key, answer)

    def _blocks(self, key: str, answer: obstore.GetResult) -> Iterator[Any]:
        with self._errors(key):
            yield from answer.stream(BLOCK)


def _is_refused(error: BaseError) -> bool:
    return "NoSuchBucket" in str(error) or bool(re.search(r"status code: 40[13]", str(error)))


def _info(found: Any) -> ObjectInfo:
    return ObjectInfo(
        found["path"], found["size"], etag_of(found["e_tag"]), found["last_modified"], found["version"] or ""
    )


class Store:
    """The buckets of one process over one client of each kind."""

    def __init__(self, settings: Settings, room: Room | None = None) -> None:
        self.client, self._settings, self._room = client_of(settings), settings, room
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")

    def bucket(self, name: str) -> S3Bucket:
        """The bucket of that name; nothing is asked yet."""
        return S3Bucket(quick_of(self._settings, name), self.client, name, self.threads, self._room)

    def close(self) -> None:
        """Let go of threads."""
        self.threads.shutdown(wait=False, cancel_futures=True)
