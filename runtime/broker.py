"""The port to the message queue. `kafka.py` is the real one, `memory_broker.py` its twin for tests."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

Headers = Sequence[tuple[str, bytes]]


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int


@dataclass(frozen=True)
class Record:
    """One message as the broker holds it: bytes, untouched."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = field(default=())
    timestamp_ms: int = 0

    @property
    def place(self) -> Partition:
        """Where it lies."""
        return Partition(self.topic, self.partition)


OnAssigned = Callable[[set[Partition]], Awaitable[None]]
OnRevoked = Callable[[set[Partition]], Awaitable[None]]


class Consumer(Protocol):
    """A member of a group. Nothing is committed but by `commit`."""

    async def start(self, on_assigned: OnAssigned, on_revoked: OnRevoked) -> None:
        """Join. `on_revoked` is awaited before the partitions go to somebody else: be quick (seconds)."""
        ...

    async def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        """Up to `max_records` of the partitions that are not paused; empty at time-out. Keeps the membership alive."""
        ...

    def assignment(self) -> set[Partition]:
        """Partitions that are ours now."""
        ...

    def pause(self, partitions: set[Partition]) -> None:
        """Deliver nothing of these until `resume`."""
        ...

    def resume(self, partitions: set[Partition]) -> None:
        """Deliver again."""
        ...

    def seek(self, partition: Partition, offset: int) -> None:
        """Read from there next."""
        ...

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Commit. Raises Unavailable on an outage, Lost if the partitions are no longer ours."""
        ...

    async def position(self, partition: Partition) -> int:
        """Offset of the next message."""
        ...

    async def end_offsets(self, partitions: set[Partition]) -> dict[Partition, int]:
        """Where each log ends now."""
        ...

    def behind(self) -> dict[Partition, int]:
        """Messages of each partition of ours from the last commit to the end, as far as fetches told it: no request."""
        ...

    async def everything(self) -> set[Partition]:
        """All partitions of the topics that we follow, ours or not."""
        ...

    async def logs(self) -> dict[str, str]:
        """Topic → what names its log: one that was removed and made anew answers otherwise. Also before `start`.

        Raises Unavailable, also while a topic is missing.
        """
        ...

    async def stop(self) -> None:
        """Leave."""
        ...


class Lost(Exception):
    """A commit came too late: the partition has another owner, who will do the message again."""


class Producer(Protocol):
    """Writes, acknowledged by all in-sync replicas, idempotent."""

    async def send(
        self,
        topic: str,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        partition_key: bytes | None = None,
    ) -> tuple[int, int]:
        """(partition, offset) after the acknowledgement. `partition_key` chooses the partition instead of `key`.

        Raises Unavailable on an outage.
        """
        ...
