"""Threads that put objects into a bucket without a pause, and remember what was acknowledged."""

import hashlib
import io
import threading
import time
from types import TracebackType

from minio import Minio
from minio.error import S3Error
from urllib3.exceptions import HTTPError

Put = tuple[str, str, str]
"""Key, version, and hash of the bytes."""
SIZES = (300, 40_000, 6_000_000)
"""The last is written in several pieces."""
NAMES = 7
"""So many keys of each thread: what is put again makes a version."""
PATIENCE_S = 120.0


class Writers:
    """Use as a context: they end with it. Raises what ended one of them."""

    def __init__(self, client: Minio, bucket: str, threads: int = 3) -> None:
        self._client, self._bucket = client, bucket
        self._end = threading.Event()
        self._errors: list[Exception] = []
        self.acknowledged: list[Put] = []
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(threads)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def wait_for(self, count: int) -> None:
        """Until so many were acknowledged."""
        end = time.monotonic() + PATIENCE_S
        while len(self.acknowledged) < count:
            assert time.monotonic() < end and not self._errors, f"{len(self.acknowledged)}, {self._errors}"
            time.sleep(0.01)

    def _write(self, thread: int) -> None:
        number = 0
        try:
            while not self._end.is_set():
                body = f"{thread} {number} ".encode() * (SIZES[number % len(SIZES)] // 8)
                key = f"{thread}/{number % NAMES}"
                made = self._client.put_object(self._bucket, key, io.BytesIO(body), len(body))
                self.acknowledged.append((key, str(made.version_id), hashlib.sha256(body).hexdigest()))
                number += 1
        except (S3Error, HTTPError, OSError) as error:
            self._errors.append(error)


def kept(client: Minio, bucket: str) -> set[Put]:
    """All versions of all objects, read. Raises S3Error where one that is listed cannot be."""
    found = set()
    for one in client.list_objects(bucket, recursive=True, include_version=True):
        answer = client.get_object(bucket, str(one.object_name), version_id=one.version_id)
        try:
            found.add((str(one.object_name), str(one.version_id), hashlib.sha256(answer.read()).hexdigest()))
        finally:
            answer.close()
            answer.release_conn()
    return found
