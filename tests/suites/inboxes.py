"""The bucket that people drop files into, in memory and on a real store: what they write about a file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.header import Header
from io import BytesIO
from unittest.mock import patch

from minio import Minio
from minio.commonconfig import Tags

from runtime.memory_store import MemoryBucket
from runtime.minio_store import MinioBucket

BODY = b"picture"


class Inbox:
    """`client`: of a real store; None in memory."""

    def __init__(self, bucket: MemoryBucket | MinioBucket, client: Minio | None = None) -> None:
        self.bucket, self._client = bucket, client

    async def drop(self, key: str, *, metadata: Mapping[str, str] = {}, tags: Mapping[str, str] = {}) -> str:
        """A new version; returns its id. metadata is sent as clients do: other letters than ASCII as in mail."""
        if self._client:
            sent = {name: text if text.isascii() else Header(text, "utf-8").encode() for name, text in metadata.items()}
            given = Tags.new_object_tags()
            given.update(tags)
            put = self._client.put_object(
                self.bucket.name, key, BytesIO(BODY), len(BODY), metadata={**sent}, tags=given if tags else None
            )
            return put.version_id or ""
        assert isinstance(self.bucket, MemoryBucket)
        await self.bucket.put(key, BODY)
        version = (await self.bucket.versions(key))[-1].version_id
        self.bucket.metadata[key] = {name.lower(): text for name, text in metadata.items()}
        self.bucket.tags[key, version] = dict(tags)
        return version

    @contextmanager
    def no_more_questions(self) -> Iterator[None]:
        """No tags are asked for in here."""
        if self._client is None:
            yield
            return
        with patch.object(self._client, "get_object_tags", side_effect=AssertionError("tags were asked for")):
            yield
