"""Compacted, archived records: written to the bucket with a condition, then published, then looked at again.

The archive decides. The next revision comes from the archived record, never from a database. After the broker's
acknowledgement the writer looks again: where the bucket holds a higher revision, it publishes that, so that the last
record on the topic is never older than the archive. Saying the same twice publishes the archived record again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from runtime import metrics, told
from runtime.bundling import Bundling
from runtime.fence import Outdated, Seen
from runtime.objects import Bucket, Exists, Stored
from runtime.publisher import Outgoing, Publisher, TooLarge
from runtime.steps import step
from schemas.base import Contract
from schemas.facet import Facet, facet_object
from schemas.topics import ASSET_METADATA, MAX_RECORD_BYTES, Topic

R = TypeVar("R", bound=Contract)
ENVELOPE = 8 * 1024
"""Room for what is around a record on its topic."""
VOLATILE = {"revision", "written", "heard", "as_of"}
"""Fields that do not make two records differ."""


@dataclass(frozen=True)
class Draft(Generic[R]):
    """A record without its revision. `make(revision)` builds it; `path` is its place in the library bucket."""

    topic: Topic
    key: str
    path: str
    model: type[R]
    make: Callable[[int], R]
    partition_key: str | None = None
    fold: Callable[[R | None, int], R] | None = None
    """Builds it on what stands in the archive, for records that grow by folding; else `make` alone."""
    seen: Seen | None = None
    """What the handler looked at before it read; the write is over that or not at all. See `runtime/fence.py`."""
    chain: int | None = None
    """The partition that it is made from, where its first revision may be archived with others."""

    def first(self) -> R:
        """Its first revision."""
        return self.over(None)

    def over(self, standing: R | None) -> R:
        """What follows on that."""
        revision = standing.revision + 1 if standing else 1  # type: ignore[attr-defined]
        return self.fold(standing, revision) if self.fold else self.make(revision)


def facet_draft(make: Callable[[int], Facet], seen: Seen | None = None) -> Draft[Facet]:
    """A draft of a facet, keyed and placed as the contract says."""
    probe = make(1)
    path = facet_object(probe.asset_id, probe.version, probe.facet)
    return Draft(ASSET_METADATA, probe.key, path, Facet, make, partition_key=probe.asset_id, seen=seen)


def content(record: Contract) -> dict[str, Any]:
    """What of a record counts when two are compared."""
    return record.model_dump(mode="json", exclude=VOLATILE)


class Records:
    """The one writer of a service's compacted keys."""

    def __init__(self, library: Bucket, publisher: Publisher, bundling: Bundling | None = None) -> None:
        """`bundling`: writes the first records of drafts that name a chain."""
        self._library, self._publisher, self.bundling = library, publisher, bundling

    async def write(self, draft: Draft[R]) -> R:
        """Archive, publish, look again; returns the record that stands. Raises Unavailable, Outdated, TooLarge."""
        if draft.chain is None or (bundling := self.bundling) is None:
            return await self._write(draft)
        bundled: R | None = await bundling.write(draft, _body, self._publish)
        if bundled is not None:
            return bundled
        async with bundling.alone:
            record = await self._write(draft)
        bundling.wrote(draft.path)
        return record

    async def _write(self, draft: Draft[R]) -> R:
        before = draft.seen.stored if draft.seen else None
        record, etag = await (self._fenced(draft, draft.seen) if draft.seen else self._archive(draft))
        step("records.archived")
        record = await self._announce(draft, record, etag)
        if draft.seen and draft.seen.late and draft.seen.stored is not before:
            raise Outdated(f"{draft.path} was written long after it was looked at")
        return record

    async def _announce(self, draft: Draft[R], record: R, etag: str) -> R:
        while True:
            await self._publish(draft, record)
            step("records.published")
            standing = await self._library.head(draft.path)
            if standing is None or standing.etag == etag:
                return record
            stored = await self._library.get(draft.path)
            if stored is None:
                return record
            record, etag = draft.model.model_validate_json(stored.body), stored.etag

    async def _fenced(self, draft: Draft[R], seen: Seen) -> tuple[R, str]:
        """Over exactly what was seen."""
        standing = draft.model.model_validate_json(seen.stored.body) if seen.stored else None
        record = draft.over(standing)
        if seen.stored and standing and content(record) == content(standing):
            return standing, seen.stored.etag
        body, over = _body(record), seen.stored.etag if seen.stored else None
        try:
            etag = await self._library.put(draft.path, body, if_match=over, new=over is None)
        except Exists as error:
            raise Outdated(f"{draft.path} is another than was looked at") from error
        told.tell(record)
        seen.stored = Stored(body, etag)
        return record, etag

    async def _archive(self, draft: Draft[R]) -> tuple[R, str]:
        """By itself. The etag is "" where only its bundle has it, and it says the same."""
        first = await self._bundled(draft)
        standing, etag = await self._standing(draft, first) if first else (None, "")
        while True:
            record = draft.over(standing)
            if standing and content(record) == content(standing):
                return standing, etag
            try:
                etag = await self._library.put(draft.path, _body(record), if_match=etag or None, new=not etag)
            except Exists:  # it was there, or somebody was quicker
                standing, etag = await self._standing(draft, first)
            else:
                told.tell(record)
                return record, etag

    async def _standing(self, draft: Draft[R], first: R | None) -> tuple[R | None, str]:
        """What the archive holds of it."""
        stored = await self._library.get(draft.path)
        return (draft.model.model_validate_json(stored.body), stored.etag) if stored else (first, "")

    async def _bundled(self, draft: Draft[R]) -> R | None:
        if draft.chain is None or self.bundling is None:
            return None
        line = await self.bundling.index.get(draft.path)
        return draft.model.model_validate_json(line) if line is not None else None

    async def _publish(self, draft: Draft[R], record: R) -> None:
        revision = record.revision  # type: ignore[attr-defined]
        about = (draft.key, revision)
        await self._publisher.publish(Outgoing(draft.topic, draft.key, record, about, draft.partition_key))
        if isinstance(record, Facet):
            metrics.FACETS.labels(record.facet, record.status).inc()


def _body(record: Contract) -> bytes:
    """As it is archived. Raises TooLarge before: what is archived and can never be said would block its key."""
    body = record.model_dump_json(exclude_none=True).encode()
    if len(body) > MAX_RECORD_BYTES - ENVELOPE:
        raise TooLarge(f"{type(record).__name__}: {len(body)} bytes, allowed are {MAX_RECORD_BYTES - ENVELOPE}")
    return body
