"""Copies a folder's files while others write them: all that is there, and later only what has come since.

What has not changed since the copy before is a hard link to it.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

BLOCK = 1024 * 1024
GROWING = (".dat", ".idx")
"""Files of the store to whose end it only adds: of what has grown, the end is enough."""
TICK_NS = 50_000_000
"""Two changes that are nearer than this may have one time."""
ALIKE = 65_536
"""Bytes before that end which must be as they were."""


@dataclass(frozen=True)
class Entry:
    """One file: its size, the time of its last change in nanoseconds (0: it may have changed since), and its hash."""

    bytes: int
    changed: int
    sha256: str


@dataclass
class _Seen:
    """As it was copied. digest: what was read so far; None where it is a link to an older copy."""

    inode: int
    entry: Entry
    digest: Any


class Copying:
    """From `source` into `target`. `written`: bytes that were copied; `entries`: what is there now, by name."""

    def __init__(self, source: Path, target: Path, before: Path | None, known: Mapping[str, Entry]) -> None:
        self._source, self._target, self._before, self._known = source, target, before, known
        self._seen: dict[str, _Seen] = {}
        self.written = 0

    @property
    def entries(self) -> dict[str, Entry]:
        """In order of names."""
        return {name: self._seen[name].entry for name in sorted(self._seen)}

    def round(self, names: Iterable[str]) -> int:
        """Copy of these what is new or has changed, forget what is gone; returns the bytes. Raises OSError."""
        before, found = self.written, set(names)
        for name in self._seen.keys() - found:
            self._forget(name)
        for name in sorted(found):
            try:
                self._look(name)
            except FileNotFoundError:  # a running store removes what it has merged
                if (self._source / name).exists():
                    raise
                self._forget(name)
        return self.written - before

    def settle(self) -> None:
        """All of it is on the disk when this returns."""
        for name, seen in self._seen.items():
            if seen.digest is not None:
                with (self._target / name).open("rb") as file:
                    os.fsync(file.fileno())

    def _look(self, name: str) -> None:
        now = time.time_ns()
        about, seen = (self._source / name).stat(), self._seen.get(name)
        changed = about.st_mtime_ns if about.st_mtime_ns < now - TICK_NS else 0
        if seen and _same(seen, about):
            return
        if seen and self._only_grew(name, seen, about):
            self._add(name, changed, seen)
        elif not seen and self._linked(name, about):
            self._seen[name] = _Seen(about.st_ino, self._known[name], None)
        else:
            self._forget(name)
            (self._target / name).parent.mkdir(parents=True, exist_ok=True)
            self._add(name, changed, _Seen(about.st_ino, Entry(0, 0, ""), hashlib.sha256()))

    def _linked(self, name: str, about: os.stat_result) -> bool:
        known = self._known.get(name)
        if not (self._before and known and (known.bytes, known.changed) == (about.st_size, about.st_mtime_ns)):
            return False
        if not (self._before / name).exists():
            return False
        (self._target / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(self._before / name, self._target / name)
        return True

    def _only_grew(self, name: str, seen: _Seen, about: os.stat_result) -> bool:
        size = seen.entry.bytes
        if not name.endswith(GROWING) or seen.digest is None or about.st_ino != seen.inode or about.st_size < size:
            return False
        start = max(0, size - ALIKE)
        return _part(self._source / name, start, size) == _part(self._target / name, start, size)

    def _add(self, name: str, changed: int, seen: _Seen) -> None:
        """What comes after that which was read already."""
        size = seen.entry.bytes
        with (self._source / name).open("rb") as coming, (self._target / name).open("ab") as going:
            coming.seek(size)
            size += _poured(coming, going, seen.digest)
        shutil.copystat(self._source / name, self._target / name)
        self.written += size - seen.entry.bytes
        self._seen[name] = _Seen(seen.inode, Entry(size, changed, seen.digest.hexdigest()), seen.digest)

    def _forget(self, name: str) -> None:
        self._seen.pop(name, None)
        (self._target / name).unlink(missing_ok=True)


def _same(seen: _Seen, about: os.stat_result) -> bool:
    return (seen.inode, seen.entry.bytes, seen.entry.changed) == (about.st_ino, about.st_size, about.st_mtime_ns)


def _part(file: Path, start: int, end: int) -> bytes:
    with file.open("rb") as source:
        source.seek(start)
        return source.read(end - start)


def _poured(coming: IO[bytes], going: IO[bytes], digest: Any) -> int:
    """Until the end, as it is just then; returns the bytes."""
    count = 0
    while block := coming.read(BLOCK):
        digest.update(block)
        going.write(block)
        count += len(block)
    return count
