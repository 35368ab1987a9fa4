"""SeaweedFS' index after a full disk: a write of it that found no room is refused for ever, until a new start."""

from pathlib import Path

_REFUSED = (b": persisting ", b"no space left on device")
"""What a line of its log holds then. The index is a LevelDB in parts: those that had nothing to write go on."""
_LONGEST = 2_000_000
"""Bytes of the log that one look reads at most; each refused write is told, so the last of them will do."""


class Latched:
    """Follows the log of one run. `seen()` stays true once such a line came."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self.begin()

    def begin(self) -> None:
        """From here on: a new run."""
        self._read = self._size()
        self._seen = False

    def seen(self) -> bool:
        """Reads what came since the last look."""
        if self._seen or (size := self._size()) == self._read:
            return self._seen
        begin = self._read if self._read < size else 0  # it was cut
        with self._log.open("rb") as source:
            source.seek(max(begin, size - _LONGEST))
            text = source.read()
        self._read = begin + text.rfind(b"\n") + 1 if size - begin <= _LONGEST else size
        self._seen = any(all(part in line for part in _REFUSED) for line in text.splitlines())
        return self._seen

    def _size(self) -> int:
        return self._log.stat().st_size if self._log.exists() else 0
