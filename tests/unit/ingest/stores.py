"""A bucket in which somebody else does something just before we read."""

import copy
from collections.abc import Awaitable, Callable
from pathlib import Path

from runtime.memory_store import MemoryBucket
from runtime.metadata import Told

Act = Callable[["Meddled"], Awaitable[None]]


class Meddled(MemoryBucket):
    """`before_fetch` is done once, before the first read."""

    before_fetch: Act | None = None

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
        act, self.before_fetch = self.before_fetch, None
        if act:
            await act(self)
        return await super().fetch(key, path, version_id=version_id, if_match=if_match, seen=seen, told=told)


def meddled(bucket: MemoryBucket, before_fetch: Act | None = None) -> Meddled:
    """A copy of the bucket as it is now. What is written into the copy by `before_fetch` is in the original too."""
    twin = Meddled(bucket.name, versioned=bucket.versioned)
    twin.__dict__.update(bucket.__dict__)
    if before_fetch is None:
        twin._objects = copy.deepcopy(bucket._objects)
    twin.before_fetch = before_fetch
    return twin
