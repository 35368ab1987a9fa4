"""The dead letters' twin in memory, over the broker's."""

from collections.abc import Collection, Mapping

from runtime.broker import Headers, Partition, Record
from runtime.buried import Mark
from runtime.memory_broker import MemoryBroker


class MemoryShelf:
    """`Shelf`. sent: what was sent again, with the topic and partition it went to."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker, self._marks = broker, dict[Partition, Mark]()
        self.sent: list[tuple[Record, str, int, Headers]] = []

    async def read(self, topics: Collection[str], most: int) -> list[Record]:
        """See `Shelf.read`; it gives all."""
        self._broker.check()
        return [record for topic in topics for record in self._broker.records(topic)]

    async def at(self, place: Partition, offset: int) -> Record | None:
        """See `Shelf.at`."""
        return next(
            (one for one in await self.read([place.topic], 0) if (one.place, one.offset) == (place, offset)), None
        )

    async def extents(self, topics: Collection[str], since_ms: int = 0) -> Mapping[Partition, tuple[int, int]]:
        """See `Shelf.extents`."""
        ends: dict[Partition, tuple[int, int]] = {}
        for one in [record for record in await self.read(topics, 0) if record.timestamp_ms >= since_ms]:
            first, end = ends.get(one.place, (one.offset, 0))
            ends[one.place] = (min(first, one.offset), max(end, one.offset + 1))
        return ends

    async def marks(self) -> Mapping[Partition, Mark]:
        """See `Shelf.marks`."""
        self._broker.check()
        return dict(self._marks)

    async def mark(self, place: Partition, mark: Mark) -> None:
        """See `Shelf.mark`; kept as a commit keeps it."""
        self._marks[place] = Mark.of(mark.until, mark.metadata())

    async def send(self, record: Record, topic: str, partition: int, headers: Headers) -> None:
        """See `Shelf.send`."""
        self.sent.append((record, topic, partition, headers))
