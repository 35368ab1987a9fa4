"""Which offset of a partition may be committed: the end of the contiguous run of finished messages."""


class OffsetTracker:
    """One partition. Messages start in any number and finish in any order; only a gapless prefix counts."""

    def __init__(self, position: int) -> None:
        """position: offset of the next message to be read."""
        self._committed = position
        self._open: set[int] = set()
        self._next = position

    @property
    def next(self) -> int:
        """Offset of the next message to be read, as far as those that were taken tell."""
        return self._next

    def start(self, offset: int) -> None:
        """A message was taken. Offsets only grow (gaps by compaction are normal); a step back raises ValueError."""
        if offset < self._next:
            raise ValueError(f"offset {offset} came after {self._next - 1}")
        self._next = offset + 1
        self._open.add(offset)

    def finish(self, offset: int) -> None:
        """A message is done: its effects are published and acknowledged. Raises KeyError if it was not open."""
        self._open.remove(offset)

    def committable(self) -> int | None:
        """The offset to commit (that of the next message), or None if nothing moved since `committed`."""
        prefix = min(self._open) if self._open else self._next
        return prefix if prefix > self._committed else None

    def committed(self, offset: int) -> None:
        """The broker took the commit."""
        self._committed = max(self._committed, offset)

    @property
    def unfinished(self) -> int:
        """How many messages are taken and not finished."""
        return len(self._open)
