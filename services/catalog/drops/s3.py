"""A drop in somebody's bucket."""

import asyncio
import mimetypes
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from runtime.minio_store import MinioBucket
from runtime.outage import Unavailable
from services.catalog.drops.model import ToS3
from services.catalog.drops.target import NotTaken

CONNECT_S, READ_S = 10.0, 60.0
AT_ONCE = 4


class S3Target:
    """key: reads a secret by where it is named to lie; it may raise DropsError."""

    def __init__(self, to: ToS3, key: Callable[[str], str], threads: ThreadPoolExecutor) -> None:
        self._to, self._key, self._threads = to, key, threads
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def put(self, files: Mapping[str, Path], over: Collection[str]) -> None:
        """A PUT is whole or nothing. None goes on once it ends: what came later would lie over what was done then."""
        bucket = self._bucket()

        async def one(name: str, path: Path) -> None:
            async with self._turn:
                kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
                await bucket.put_file(self._named(name), path, content_type=kind)

        with _told(self._to):
            ends = await asyncio.gather(*(one(name, path) for name, path in files.items()), return_exceptions=True)
            if failed := next((end for end in ends if end is not None), None):
                raise failed

    async def remove(self, names: Collection[str]) -> None:
        """On a versioned bucket, a delete marker."""
        bucket = self._bucket()
        with _told(self._to):
            for name in names:
                await bucket.delete(self._named(name))

    def _named(self, name: str) -> str:
        return f"{self._to.prefix.strip('/')}/{name}".lstrip("/")

    def _bucket(self) -> MinioBucket:
        url = urlsplit(self._to.url)
        pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S), maxsize=AT_ONCE, retries=urllib3.Retry(total=0)
        )
        client = Minio(
            url.netloc,
            access_key=self._key(self._to.access_key),
            secret_key=self._key(self._to.secret_key),
            secure=url.scheme == "https",
            region=self._to.region,
            http_client=pool,
        )
        return MinioBucket(client, self._to.bucket, self._threads)


@contextmanager
def _told(to: ToS3) -> Iterator[None]:
    """What went wrong, as the drop's own: an outage over there is none of ours."""
    try:
        yield
    except S3Error as error:
        raise NotTaken(f"{to.url} says {error.code} about the bucket {to.bucket}.") from error
    except Unavailable as error:
        raise NotTaken(f"{to.url} is away: {error}") from error
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        raise NotTaken(f"{to.url} cannot be reached: {type(error).__name__}.") from error
