"""The port to object storage. `s3_store.py` is the real one, `memory_store.py` its twin for tests."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from runtime.metadata import Told

PAGE = 1000
"""Objects that a store lists at once."""


@dataclass(frozen=True)
class ObjectInfo:
    """One object (or one version of it) as the store lists it. `etag` without quotes."""

    key: str
    size: int
    etag: str
    modified: datetime
    version_id: str = ""
    deleted: bool = False
    """A delete marker: the key is gone since then."""


@dataclass(frozen=True)
class Stored:
    """A small object with its bytes."""

    body: bytes
    etag: str


class Exists(Exception):
    """A conditional write found another state than it expected: read again and decide anew."""


class Missing(Exception):
    """No such object or version."""


class Bucket(Protocol):
    """One bucket. Every method raises Unavailable on an outage."""

    name: str

    async def get(self, key: str) -> Stored | None:
        """A small object whole, or None."""
        ...

    async def read(self, key: str, part: range) -> bytes:
        """Those bytes of an object; where it ends before, the ones that it has. Raises Missing."""
        ...

    async def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        if_match: str | None = None,
        new: bool = False,
    ) -> str:
        """Write; returns the etag. `new`: only if there is none; `if_match`: only over that etag. Raises Exists."""
        ...

    async def put_file(self, key: str, path: Path, *, content_type: str, new: bool = False) -> None:
        """Write from a file. `new`: only if there is none (for bytes named by their hash). Raises Exists."""
        ...

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
        """Spool an object to `path`; `seen` gets each block, `told` what is written about it: metadata and tags.

        Tags are those of this moment, and asked for only where the store says that there are any. Returns bytes.
        Raises Missing, Exists.
        """
        ...

    async def head(self, key: str) -> ObjectInfo | None:
        """What is there now, or None."""
        ...

    async def listing(self, prefix: str) -> list[ObjectInfo]:
        """All objects under the prefix, by key."""
        ...

    def pages(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """The same in pages as the store gives them, for what is too much to hold. An object may come twice."""
        ...

    async def versions(self, key: str) -> list[ObjectInfo]:
        """All versions of exactly this key, delete markers too, oldest first."""
        ...

    async def history(self, prefix: str) -> list[ObjectInfo]:
        """All versions of all keys under the prefix, delete markers too; of one key oldest first."""
        ...

    def histories(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """The same in pages, for what is too much to hold. All versions of a key are in one page."""
        ...

    async def now(self) -> datetime:
        """The store's clock."""
        ...

    async def delete(self, key: str) -> None:
        """Remove (on a versioned bucket: write a delete marker). No error if there is none."""
        ...

    async def remove(self, key: str, version_id: str) -> None:
        """Remove one version (or marker) for ever. No error if it is not there."""
        ...

    async def renew(self, key: str) -> bool:
        """Write the same bytes again, in the store, so that the object is young; False where there is none."""
        ...
