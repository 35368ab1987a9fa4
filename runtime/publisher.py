"""Writes events in their envelope, keyed as the topic table says, and waits for the acknowledgement."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from runtime.broker import Headers, Producer
from runtime.trace import carried, current_traceparent
from schemas.base import Contract
from schemas.envelope import event_id, event_of
from schemas.topics import MAX_RECORD_BYTES, TOPICS, Topic

T = TypeVar("T")
AT_ONCE = 500
"""So many messages are on their way at once: each alone waits for its answer, together they share requests."""
_TOPICS = {topic.name: topic for topic in TOPICS}


@dataclass(frozen=True)
class Outgoing:
    """Something that a handler says. `about` makes the event's id: saying it twice is the same event."""

    topic: Topic
    key: str
    data: Contract
    about: tuple[object, ...] = ()
    partition_key: str | None = None
    """Where the partition goes by something else than the key (facets: the asset id)."""
    headers: Headers = ()


class TooLarge(Exception):
    """A record over 256 kB: longer text and vectors are objects named by key."""


class Publisher:
    """One service's voice."""

    def __init__(self, producer: Producer, service: str) -> None:
        self._producer, self._service = producer, service

    async def publish(self, out: Outgoing) -> tuple[int, int]:
        """Send and wait for the acknowledgement; returns (partition, offset). Raises TooLarge, Unavailable."""
        kind = out.topic.name
        body: bytes
        if out.topic.bare:
            body = out.data.model_dump_json().encode()
        else:
            identity = event_id(kind, out.key, *(out.about or (out.data.model_dump_json(),)))
            event = event_of(self._service, kind, out.key, out.data, id=identity, traceparent=current_traceparent())
            body = event.model_dump_json(exclude_none=True).encode()
        if len(body) > MAX_RECORD_BYTES:
            raise TooLarge(f"{kind} {out.key}: {len(body)} bytes, allowed are {MAX_RECORD_BYTES}")
        return await self._producer.send(
            out.topic.name,
            key=out.key.encode(),
            value=body,
            headers=carried(out.headers),
            partition_key=out.partition_key.encode() if out.partition_key is not None else _by(kind, out.key.encode()),
        )

    async def publish_all(self, outs: Iterable[Outgoing]) -> None:
        """Send them so many at once, and wait for all acknowledgements. Of one key there is one at most.

        Raises TooLarge, Unavailable.
        """
        for some in batched(outs, AT_ONCE):
            await asyncio.gather(*map(self.publish, some))

    async def forward(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        """Send bytes untouched (dead letters, replays), tombstones too, to where the key's records lie.

        Their trace goes on; who had none gets that of what is being worked on.
        """
        by = _by(topic, key) if key is not None else None
        await self._producer.send(topic, key=key, value=value, headers=carried(headers), partition_key=by)

    async def erase(self, topic: str, key: str, partition_key: str | None = None) -> None:
        """Write a tombstone where the key's records lie, and wait for the acknowledgement. Raises Unavailable."""
        by = partition_key.encode() if partition_key is not None else _by(topic, key.encode())
        await self._producer.send(topic, key=key.encode(), value=None, partition_key=by)


def batched(outs: Iterable[T], size: int) -> Iterator[list[T]]:
    """In lists of at most `size`."""
    rest = iter(outs)
    while some := list(islice(rest, size)):
        yield some


def _by(topic: str, key: bytes) -> bytes | None:
    """What chooses the partition instead of the key, by the topic table; None: the key itself."""
    known = _TOPICS.get(topic)
    by = known.partition_key(key) if known else key
    return by if by != key else None
